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

void file_outlet::write(std::uint64_t number, delivery_group_ptr group, sink_actor receiver) {
  thread_.post(number, std::move(group), answer_to(std::move(receiver), number));
}

} // namespace floorwalker
