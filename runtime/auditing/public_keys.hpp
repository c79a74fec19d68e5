// The public keys that a trail's checkpoints are held against.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace floorwalker {

/// Ed25519 keys by their ids. Callable from any thread once filled.
class public_keys {
public:
  /// Adds every public key of a PEM text. One clause on what is wrong with it, or nothing.
  std::string add(std::string_view pem_text);

  bool empty() const { return by_id_.empty(); }
  /// The ids in the order of the alphabet, separated by ", ".
  std::string ids() const;
  bool has(std::string_view id) const { return by_id_.contains(id); }
  /// True if the key with that id signed `text`.
  bool signed_by(std::string_view id, std::string_view text, std::string_view signature) const;

private:
  std::map<std::string, std::string, std::less<>> by_id_;
};

} // namespace floorwalker
