#include "simulator/help_text.hpp"

namespace floorwalker::simulator {

const std::string_view help_introduction =
    R"(A contact-centre gateway for demos, tests and benchmarks.

Serves the token endpoint, the users listing and the event stream of the platform's
gateway for an invented floor of agents, does on request everything a gateway can do
wrong, and keeps a ledger of all it sent and received. Listens on loopback only.

  POST /oauth/token           client credentials (form: grant_type, client_id, client_secret, tenant)
  GET  /api/v2/users          the agents with their present states (pageSize, pageNumber; bearer token)
  GET  /api/v2/events/stream  WebSocket upgrade (bearer token), then one subscription message
  GET  /ledger                what happened, as JSON
  POST /control               change things while it runs
  GET  /health                200 while it runs)";

const std::string_view help_footer =
    R"(STREAM FAULTS   --fault KIND[:ARGUMENT][@TRIGGER][*COUNT], repeatable
  At the subscription (trigger: none for every connection, or connection:N for the N-th):
    no-ack                 never answered
    slow-ack:3s            answered late
    reject[:REASON]        answered with subscribe.reject
  On an acknowledged stream:
    drop                   ends without a close frame, once the client's side took every byte (client sees 1006)
    reset                  torn down with an event half sent; whatever else was under way is lost (client sees 1006)
    close:CODE[:REASON]    e.g. close:1008:rate limit exceeded, close:1008:scope, close:1001, close:4401:token expired
    stall                  stays open, sends nothing more and answers no ping
    ping[:PAYLOAD]         a ping, which must come back as a pong with the same payload
    malformed  binary      a malformed message, a binary frame (the connection should stay)
    invalid-utf8  bad-frame  oversized[:BYTES]   what should make a client close with 1007, 1002, 1009
    second-ack  late-reject[:REASON]  fragments  what a client should ignore
  Triggers:
    @now                   as soon as there is a stream; once (the default)
    @event:N or @N         when N events were sent in all; with *COUNT at N, 2N, 3N …
    @each:N                at the N-th event of every connection; with *COUNT at most so often
    @every:45s             at random times, 45 s apart on average, on a random connection
    @connection:N          on the N-th connection, right after its ack

REQUEST FAULTS   --token-fault, --users-fault, --upgrade-fault KIND[:ARGUMENT][@FIRST][*COUNT], repeatable
    status:CODE[:SECONDS]  that status, with Retry-After if seconds are given
    delay:3s  stall  reset the right answer late, no answer, a torn connection
    garbage  empty         200 with a body that is no JSON, or an empty object
    no-access-token  scope:TEXT     (token only) 200 without a token, or with another scope
  @FIRST is the number of the first request it strikes (default 1), *COUNT how many (default all).

CONTROL   curl --cacert CA -d '{"rate": 100}' URL/control
    {"rate": R} {"pause": true} {"events": N}            pace; N more events
    {"change": {"agent": ID, "to": STATE}}               one change now
    {"hire": N} {"hire": {"tenant": T, "count": N}} {"fire": ID}
    {"fault": "drop"} {"fault": {"kind": "drop", "connection": 3}} {"fault": "drop@every:30s"}
    {"token-fault": F} {"users-fault": F} {"upgrade-fault": F} {"expire-tokens": true}

LEDGER   GET /ledger[?agents=0][&agent=ID][&connections=0][&requests=0][&events=1]
  For each agent: sent (distinct events sent on at least one acknowledged connection), sentCopies (the same events on
  further connections), duplicatesSent (meant repeats), unauthorized and outOfOrder (of sent), unheard (changes while
  nobody listened), torn (sent, but cut in half by a reset), state (of record). For each connection: its life, counts,
  pings and pongs, close codes. With --ledger-events, events=1 lists every event with the connections that got it.
  A client that lost nothing has judged, for each agent: sent, less what lies in an interruption it has recorded.

EXAMPLES
  A believable floor, with a lost connection about every 45 seconds:
    floorwalker-simulator --port 8443 --teams 4 --agents 120 --rate 6 --daily-rhythm --unauthorized 0.02 \
                          --late 0.01 --drop-every 45s
  Does my client come back, and how often does it try?
    floorwalker-simulator --fault close:1013:overload@each:100*5 --upgrade-fault status:503@2*3
  Does it stop where it must?
    floorwalker-simulator --fault 'close:1008:policy violation@each:10'
  One million events as fast as they are taken, 1 % unauthorized, five drops and five resets, every event accounted for:
    floorwalker-simulator --rate 0 --events 1000000 --agents 5000 --unauthorized 0.01 --duplicates 0.01 \
                          --fault 'drop@event:150000*5' --fault 'reset@event:170000*5' --ledger-events
  Short-lived tokens from an unwell endpoint:
    floorwalker-simulator --token-life 10 --token-fault status:500*2 --token-fault status:429:3@4*1

On start one line on stdout names the address and the CA file; on SIGINT or SIGTERM streams are closed with 1001 and
the last line on stdout holds the totals as JSON. Exit codes: 0 fine, 1 cannot listen or write, 2 wrong options.)";

} // namespace floorwalker::simulator
