#include "runtime/outlets/file_outlet.hpp"

#include <utility>

namespace floorwalker {

file_outlet::file_outlet(std::filesystem::path path, rotation when)
    : file_{std::move(path), when, interruption_},
      thread_{{[this](auto number, auto& group) { return file_.write(number, group); }, {}, {}}} {}

file_outlet::~file_outlet() {
  interruption_.raise();
  thread_.stop();
}

void file_outlet::write_then(std::uint64_t number, delivery_group_ptr group, write_answer done) {
  thread_.post(number, std::move(group), std::move(done));
}

} // namespace floorwalker
