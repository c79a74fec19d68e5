#include "runtime/network/platform_access.hpp"

#include "runtime/network/tls_context.hpp"

#include <stdexcept>
#include <string>

namespace floorwalker {
namespace {

base_url parsed(const char* key, const std::string& text) {
  try {
    return parse_base_url(text);
  } catch (const std::invalid_argument& e) {
    throw std::invalid_argument(std::string{key} + ": " + e.what());
  }
}

} // namespace

platform_access_ptr make_platform_access(const tenant_settings& tenant) {
  auto access = std::make_shared<platform_access>();
  access->base = parsed("base-url", tenant.base_url);
  if (!access->base.tls && !access->base.is_loopback())
    throw std::invalid_argument("base-url: http is accepted only for loopback addresses, found \"" +
                                access->base.http_text() + "\"");
  if (!tenant.proxy.empty()) {
    access->proxy = parsed("proxy", tenant.proxy);
    if (access->proxy->tls) throw std::invalid_argument("proxy: expected http://host:port, found an https URL");
  }
  if (access->base.tls) {
    try {
      access->tls = make_tls_context(tenant.ca_file);
    } catch (const std::invalid_argument& e) {
      throw std::invalid_argument(std::string{"ca-file: "} + e.what());
    }
  }
  access->paths = tenant.paths;
  access->page_size = tenant.limits.page_size;
  access->user_agent = tenant.user_agent;
  return access;
}

} // namespace floorwalker
