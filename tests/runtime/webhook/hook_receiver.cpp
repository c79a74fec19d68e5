#include "tests/runtime/webhook/hook_receiver.hpp"

#include <boost/asio/buffer.hpp>

#include <chrono>
#include <stdexcept>

namespace floorwalker::test {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

std::string received_request::header(const std::string& name) const {
  auto start = head.find("\r\n" + name + ": ");
  if (start == head.npos) return {};
  start += name.size() + 4;
  return head.substr(start, head.find("\r\n", start) - start);
}

std::string http_bytes(const std::string& status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

received_request read_request(gateway_connection& client) {
  received_request request;
  request.head = client.read_head();
  auto size = std::stoul(request.header("Content-Length"));
  request.body = client.read_bytes(size);
  if (request.body.size() < size) throw std::runtime_error("the client went away before its request was complete");
  return request;
}

hook_receiver::hook_receiver(rule answer, const certificate* tls)
    : answer_{std::move(answer)}, acceptor_{context_, tcp::endpoint{asio::ip::make_address("127.0.0.1"), 0}} {
  if (tls) {
    tls_.emplace(asio::ssl::context::tls_server);
    tls_->use_certificate_chain(asio::buffer(tls->pem));
    tls_->use_private_key(asio::buffer(tls->key_pem), asio::ssl::context::pem);
  }
  thread_ = std::thread{[this] {
    for (;;) {
      auto socket = acceptor_.accept();
      if (stopping_) return;
      ++connections_;
      try {
        gateway_connection client{std::move(socket), tls_ ? &*tls_ : nullptr};
        serve(client);
      } catch (const std::exception&) { // the client went away, which is its right
        continue;
      }
    }
  }};
}

hook_receiver::~hook_receiver() {
  stopping_ = true;
  asio::io_context context;
  tcp::socket waker{context};
  boost::system::error_code ignored;
  waker.connect(acceptor_.local_endpoint(), ignored);
  thread_.join();
}

void hook_receiver::serve(gateway_connection& client) {
  for (;;) {
    auto request = read_request(client);
    request.connection = connections_;
    {
      std::lock_guard lock{mutex_};
      requests_.push_back(request);
    }
    arrived_.notify_all();
    auto bytes = answer_(request);
    if (bytes.empty()) return;
    client.write(bytes);
    auto complete = bytes.find("\r\n\r\n") != bytes.npos;
    if (!complete || bytes.find("Connection: close\r\n") != bytes.npos) return client.finish();
  }
}

std::string hook_receiver::url(const std::string& host) const {
  return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port());
}

std::vector<received_request> hook_receiver::requests() const {
  std::lock_guard lock{mutex_};
  return requests_;
}

received_request hook_receiver::await_request(std::size_t number) {
  std::unique_lock lock{mutex_};
  if (!arrived_.wait_for(lock, std::chrono::seconds{10}, [&] { return requests_.size() >= number; }))
    throw std::runtime_error("the request did not come within 10 s");
  return requests_[number - 1];
}

} // namespace floorwalker::test
