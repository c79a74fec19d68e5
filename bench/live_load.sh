#!/usr/bin/env bash
# How late transitions reach live clients: 5,000 a second of 5,000 agents in 100 teams, ten clients a team, ten that
# watch all, and one that never reads. Needs the programs and the target live_clients, built.
#   bench/live_load.sh [SECONDS] [RATE] [CLIENTS_A_TEAM] [CLIENTS_OF_ALL] [IDLE_CLIENTS]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-20} rate=${2:-5000} a_team=${3:-10} of_all=${4:-10} idle=${5:-1}
bin=build/release/bin
folder=$(mktemp -d)
simulator='' engine=''
end() {
  for one in "$engine" "$simulator"; do [ -z "$one" ] || { kill -INT "$one" 2>/dev/null && wait "$one" 2>/dev/null || true; }; done
  rm -rf "$folder"
}
trap end EXIT
ulimit -n "$(ulimit -Hn)"
"$bin/floorwalker-simulator" --port 0 --tls-directory "$folder/tls" --ready-file "$folder/ready" --json --agents 5000 \
  --teams 100 --rate "$rate" --start-after-agents 5000 >"$folder/simulator.log" 2>&1 &
simulator=$!
until [ -s "$folder/ready" ]; do sleep 0.1; done
url=$(sed -n 's/.*"baseUrl":"\([^"]*\)".*/\1/p' "$folder/ready")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/load.conf" <<CONF
floorwalker {
  node { data-dir = "$folder/data" }
  http { listen = "127.0.0.1:$port" }
  log { level = "warn" }
  tenants {
    acme {
      base-url = "$url"
      ca-file = "$folder/tls/ca.pem"
      tenant-id = "acme"
      client-id = "floorwalker"
      agents = "all"
    }
  }
}
CONF
CXONE_CLIENT_SECRET=open-sesame "$bin/floorwalker" run --config-file="$folder/load.conf" &
engine=$!
teams() {
  python3 - "$port" <<'PY'
import json, sys, urllib.request
teams, cursor = set(), ""
while cursor is not None:
    page = json.load(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/api/v1/tenants/acme/agents?limit=1000&cursor={cursor}"))
    teams |= {each["team"] for each in page["agents"] if each["team"]}
    cursor = page["next"]
print("\n".join(sorted(teams)))
PY
}
until [ "$(teams 2>/dev/null | wc -l)" = 100 ]; do sleep 0.5; kill -0 "$engine"; done
ticks() { awk '{print $14 + $15}' "/proc/$engine/stat"; }
before=$(ticks)
teams | "$bin/live_clients" "$port" acme "$seconds" "$a_team" "$of_all" "$idle"
echo "engine: $(( ($(ticks) - before) * 1000 / $(getconf CLK_TCK) / (seconds + 2) )) ms of CPU time a second," \
  "$(awk '/VmRSS/ {print $2}' "/proc/$engine/status") KiB resident"
