#!/usr/bin/env bash
# Live against simulated: measures this machine's speed as a device, predicts the rounds of live.conf with it under each network, runs them live on three nodes,
# and prints both side by side, with a figure in runs/live-figures.
#   experiments/cluster/compare.sh [PROFILE ...]        default: lte wifi
set -euo pipefail

here=$(cd "${BASH_SOURCE[0]%/*}" && pwd -P)
nmoe=$here/../../nmoe
conf=$here/live.conf
profiles=("$@")
[ ${#profiles[@]} -gt 0 ] || profiles=(lte wifi)

mkdir -p runs

# Both client nodes train at the same time, on a thread each. A machine's speed drifts by a few per cent within minutes: it is measured before and after each live run.
calibrate() {
    local device
    device=$("$nmoe" calibrate "$conf" --threads 2 --repeats 15) || exit
    echo "$device" >&2
    sed -n 's/^device { compute = \(.*\) GFLOP\/s }$/\1/p' <<<"$device" | grep .
}
hash() {
    "$nmoe" config "$conf" "$@" | sed -n 's/^# configHash \(............\).*/\1/p'
}

pairs=()
before=$(calibrate)
for profile in "${profiles[@]}"; do
    sets=(--set "experiment.name=live-$profile" --set "channel.profile=$profile")
    "$here/live.sh" "$conf" "${sets[@]}"
    after=$(calibrate)
    speed=$(awk "BEGIN { printf \"%.3f\", ($before + $after) / 2 }")
    before=$after
    device=(--set "device.compute=$speed GFLOP/s")
    "$nmoe" run "$conf" "${sets[@]}" "${device[@]}"
    pairs+=("runs/live-$profile-$(hash "${sets[@]}" "${device[@]}")" "runs/live-$profile-$(hash "${sets[@]}")-live")
done
"$nmoe" compare "${pairs[@]}" --out runs/live-figures
