#include "runtime/outlets/make_outlet.hpp"

#include "runtime/kafka/kafka_outlet.hpp"
#include "runtime/outlets/console_outlet.hpp"
#include "runtime/outlets/file_outlet.hpp"
#include "runtime/outlets/live_view.hpp"
#include "runtime/outlets/webhook_outlet.hpp"
#include "runtime/postgres/postgres_outlet.hpp"

namespace floorwalker {

outlet_ptr make_outlet(const sink_settings& settings, const outlet_surroundings& around) {
  switch (settings.type) {
  case sink_type::console:
    if (settings.view == console_view::json) return std::make_shared<console_outlet>();
    return std::make_shared<live_view>(live_options_for(settings.view == console_view::lines), around.clock);
  case sink_type::file:
    return std::make_shared<file_outlet>(settings.path, rotation{settings.rotate_bytes, settings.rotate_keep});
  case sink_type::webhook:
    return std::make_shared<webhook_outlet>(settings, around.clock, around.data_dir);
  case sink_type::kafka:
    return std::make_shared<kafka::kafka_outlet>(settings, around.data_dir, around.clock);
  case sink_type::postgres:
    return std::make_shared<postgres::postgres_outlet>(settings, around.data_dir, around.clock);
  }
  return nullptr;
}

} // namespace floorwalker
