// Who an agent is, once in memory for everybody who speaks of it. No CAF.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace floorwalker {

/// The form in which ids are compared: ASCII letters in lower case (ids compare without regard to case).
std::string agent_key(std::string_view id);

class agent_identity;
using agent_identity_ptr = boost::intrusive_ptr<const agent_identity>;

/// An agent's id as it is configured or listed, the key it compares by, its name, and its team's name. Immutable and one
/// block of memory: listing, plan, listeners and trackers of a large tenant share it, from whatever thread.
class agent_identity : public boost::intrusive_ref_counter<agent_identity, boost::thread_safe_counter> {
public:
  static agent_identity_ptr of(std::string_view id, std::string_view name = {}, std::string_view team = {});

  std::string_view key() const { return {text(), id_size_}; }
  std::string_view id() const { return {text() + id_offset(), id_size_}; }
  std::string_view name() const { return {text() + id_offset() + id_size_, name_size_}; }
  std::string_view team() const { return {text() + id_offset() + id_size_ + name_size_, team_size_}; }

  // A reference counter deletes what it counts, and the texts stand behind the object in the same block.
  static void operator delete(void* block) { ::operator delete(block); }

private:
  agent_identity(std::string_view id, std::string_view key, std::string_view name, std::string_view team);

  static void* operator new(std::size_t object, std::size_t text) { return ::operator new(object + text); }
  static void operator delete(void* block, std::size_t) { ::operator delete(block); }

  const char* text() const { return reinterpret_cast<const char*>(this + 1); }
  /// The id is the key, unless it has capital letters.
  std::size_t id_offset() const { return has_capitals_ != 0 ? id_size_ : 0; }

  std::uint32_t id_size_ : 31;
  std::uint32_t has_capitals_ : 1;
  std::uint32_t name_size_;
  std::uint32_t team_size_;
};

/// For tables by key: takes identities, whoever holds them, and keys. Whoever looks a key up is about to read the text
/// that it is compared with, so that costs no memory of its own.
struct agent_key_hash {
  using is_avalanching = void;
  using is_transparent = void;
  std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  std::size_t operator()(const agent_identity_ptr& who) const { return (*this)(who->key()); }
};
struct agent_key_equal {
  using is_transparent = void;
  bool operator()(const agent_identity_ptr& one, const agent_identity_ptr& other) const {
    return one->key() == other->key();
  }
  bool operator()(std::string_view key, const agent_identity_ptr& who) const { return key == who->key(); }
  bool operator()(const agent_identity_ptr& who, std::string_view key) const { return key == who->key(); }
};

/// The agents of one listener, in the order they came.
using agent_group = std::vector<agent_identity_ptr>;
using agent_group_ptr = std::shared_ptr<const agent_group>;

} // namespace floorwalker
