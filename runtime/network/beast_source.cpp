// The bodies of Asio and Beast, compiled once (see floorwalker_beast in the top CMakeLists.txt).
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
