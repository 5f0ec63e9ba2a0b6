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
# Both client nodes train at the same time, on a thread each.
"$nmoe" calibrate "$conf" --threads 2 --repeats 15 >runs/live-device.conf
speed=$(sed -n 's/^device { compute = \(.*\) }$/\1/p' runs/live-device.conf)
cat runs/live-device.conf

pairs=()
for profile in "${profiles[@]}"; do
    sets=(--set "experiment.name=live-$profile" --set "channel.profile=$profile" --set "device.compute=$speed")
    "$nmoe" run "$conf" "${sets[@]}"
    "$here/live.sh" "$conf" "${sets[@]}"
    hash=$("$nmoe" config "$conf" "${sets[@]}" | sed -n 's/^# configHash \(............\).*/\1/p')
    pairs+=("runs/live-$profile-$hash" "runs/live-$profile-$hash-live")
done
"$nmoe" compare "${pairs[@]}" --out runs/live-figures
