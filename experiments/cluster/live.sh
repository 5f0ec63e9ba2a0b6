#!/usr/bin/env bash
# A live run on a cluster of three nodes on this machine, by one command: the first carries aggregator and supervisor and trains nothing, the other two
# the clients, with one thread each.
#   experiments/cluster/live.sh [CONF] [further options of nmoe live, such as --set channel.profile=wifi]
# Environment: NMOE_PORT (first of three ports, default 4100). Ends with the run's own code; what the other nodes say is in runs/live-node-PORT.log.
set -euo pipefail

here=$(cd "${BASH_SOURCE[0]%/*}" && pwd -P)
nmoe=$here/../../nmoe
port=${NMOE_PORT:-4100}
conf=$here/live.conf
case ${1:-} in
    "" | -*) ;;
    *)
        conf=$1
        shift
        ;;
esac

# Builds what changed, and finds mistakes in CONF, before three processes do.
"$nmoe" config "$conf" >/dev/null

nodes=()
stop() {
    for node in "${nodes[@]}"; do
        kill "$node" 2>/dev/null || true
    done
}
trap stop EXIT

mkdir -p runs
for k in 1 2; do
    "$nmoe" live "$conf" "$@" --nodes 3 --listen "127.0.0.1:$((port + k))" --join "127.0.0.1:$port" >"runs/live-node-$((port + k)).log" 2>&1 &
    nodes+=("$!")
done

code=0
"$nmoe" live "$conf" "$@" --nodes 3 --listen "127.0.0.1:$port" || code=$?
for node in "${nodes[@]}"; do
    wait "$node" || code=$?
done
nodes=()
exit "$code"
