#!/usr/bin/env bash
# Counts what the code is made of, so that a rebuilding can be told in numbers: lines by kind, rooms (namespaces) and rings of rooms, files that name an algorithm,
# the largest state record, and who tells a key or a message.
#   bench/count.sh [-C CHECKOUT] [--key LEAF]... [--message TYPE]...
# A key is told where its last word stands as a key (balance =, "gate.balance") or as a member (Balance); a message where its type is named. Comments and tests do not count.
set -euo pipefail
export LC_ALL=C

root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)
keys=() messages=()
while [ $# -gt 0 ]; do
    case $1:$# in
        *:1) echo "count.sh: $1 wants a value. Usage: bench/count.sh [-C CHECKOUT] [--key LEAF]... [--message TYPE]..." >&2; exit 2 ;;
        -C:*) root=$2 ;;
        --key:*) keys+=("$2") ;;
        --message:*) messages+=("$2") ;;
        *) echo "count.sh: $1 is unknown. Usage: bench/count.sh [-C CHECKOUT] [--key LEAF]... [--message TYPE]..." >&2; exit 2 ;;
    esac
    shift 2
done
[ -d "$root/src" ] || { echo "count.sh: $root has no src. Name a checkout: -C CHECKOUT" >&2; exit 2; }
cd "$root"

files() { find "$@" \( -name bin -o -name obj \) -prune -o -type f -name '*.cs' -print | sort; }
mapfile -t code < <(files src)

# The same files with comments blanked out, line by line.
bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT
tar cf - "${code[@]}" | tar xf - -C "$bare"
(cd "$bare" && sed -i -E 's,(^|[[:space:]])//.*$,,' "${code[@]}")

echo "src"
awk '
    FNR == 1 { files++ }
    { lines++ }
    /^[[:space:]]*\/\// { comment++; next }
    /^using [^(]*;/ { using++; next }
    /^[[:space:]{}();,\]]*$/ { blank++; next }
    { code++ }
    END {
        printf "  files                     %6d\n  lines                     %6d\n", files, lines
        printf "    code                    %6d\n    comment                 %6d\n    using                   %6d\n    blank or brackets alone %6d\n", code, comment, using, blank
    }' "${code[@]}"

# By the lines that open a room of the same project. The test of rooms reads compiled types as well, which also shows what a room takes of the one around it.
echo "rooms"
(cd "$bare" && awk '
    function project(room,   parts) { split(room, parts, "."); return parts[1] "." parts[2] }
    /^namespace [A-Za-z_.0-9]+;/ { room = $2; sub(/;.*/, "", room); rooms[room] = 1; roomof[FILENAME] = room }
    /^using ([A-Za-z_]+ = |static )?NMoE[A-Za-z_.0-9]*;/ { used = $NF; sub(/;.*/, "", used); opens[FILENAME] = opens[FILENAME] " " used }
    END {
        for (file in opens) {
            n = split(opens[file], lines, " ")
            for (i = 1; i <= n; i++) if (lines[i] in rooms && lines[i] != roomof[file] && project(lines[i]) == project(roomof[file])) arrow[roomof[file], lines[i]] = 1
        }
        for (b in rooms) for (a in rooms) if ((a, b) in arrow) for (c in rooms) if ((b, c) in arrow) arrow[a, c] = 1
        for (a in rooms) { total++; if ((a, a) in arrow) inside++ }
        for (a in rooms) if ((a, a) in arrow && !(a in seen)) {
            rings++
            for (b in rooms) if ((a, b) in arrow && (b, a) in arrow) seen[b] = 1
        }
        printf "  rooms                     %6d\n  rings of rooms            %6d\n  rooms in a ring           %6d\n", total, rings, inside
    }' "${code[@]}")

echo "files of src that name"
for name in RollGate FedSc Scaffold TrainingStage; do
    printf '  %-26s%6d   %d of them in more than a comment\n' "$name" "$(grep -li "$name" "${code[@]}" | wc -l)" "$(cd "$bare" && grep -li "$name" "${code[@]}" | wc -l)"
done

echo "what everybody knows"
printf '  %-26s%6d\n' "files that take a Plan" "$(cd "$bare" && grep -lE '\bPlan [pP]lan\b' "${code[@]}" | wc -l)"
printf '  %-26s%6d\n' "plan.Settings.X.Y" "$(cd "$bare" && grep -ohE '\b[pP]lan\.Settings\.[A-Za-z]+\.' "${code[@]}" | wc -l)"

# A record that ends in State or Durable: what stands in its parentheses, and what can be set at its beginning.
echo "largest state records (fields)"
(cd "$bare" && awk '
    function flush() { if (name != "" && name ~ /(State|Durable)$/) print fields, name; name = "" }
    /^(public|internal) (sealed |abstract )*record [A-Za-z_0-9]+/ {
        flush(); match($0, /record +[A-Za-z_0-9]+/); name = substr($0, RSTART + 7, RLENGTH - 7); fields = 0; depth = 0; inside = index($0, "(") > 0
        rest = substr($0, RSTART + RLENGTH); seen = 0
    }
    name != "" && /^(public|internal) / && !/record / { flush() }
    name != "" && inside {
        line = rest != "" ? rest : $0; rest = ""
        for (i = 1; i <= length(line); i++) {
            sign = substr(line, i, 1)
            if (sign == "(" || sign == "<" || sign == "[") { depth++; continue }
            if (sign == ")" || sign == ">" || sign == "]") { depth--; if (depth == 0) { inside = 0; fields += seen; break } continue }
            if (depth == 1 && sign !~ /[[:space:]]/ && !seen) seen = 1
            if (depth == 1 && sign == ",") fields++
        }
        next
    }
    name != "" && /^    public .*\{ get; init; \}/ { fields++ }
    END { flush() }' "${code[@]}") | sort -rn | head -n 4 | awk '{ printf "  %-26s%6d\n", $2, $1 }'

# Files and lines, with the files below.
told() {
    local title=$1 pattern=$2
    shift 2
    local hits
    hits=$( { (cd "$bare" && grep -nE "$pattern" "${code[@]}"); grep -nE "$pattern" "$@" /dev/null | grep -vE '^[^:]*:[0-9]+:[[:space:]]*(#|//)'; } || true)
    printf '%s\n  %-26s%6d\n  %-26s%6d\n' "$title" files "$(cut -d: -f1 <<<"$hits" | sort -u | grep -c . || true)" lines "$(grep -c . <<<"$hits" || true)"
    cut -d: -f1 <<<"$hits" | sort | uniq -c | awk 'NF == 2 { printf "    %-60s%4d\n", $2, $1 }'
}

for key in "${keys[@]:+${keys[@]}}"; do
    member=$(sed -E 's/(^|-)([a-z])/\u\2/g' <<<"$key")
    told "key $key is told in" "(^|[^A-Za-z_-])$key([[:space:]]*=|\")|(^|[^A-Za-z_])$member([^A-Za-z_]|$)" hocon/*.conf
done
for message in "${messages[@]:+${messages[@]}}"; do
    mapfile -t protos < <(find src -name '*.proto' -not -path '*/obj/*' | sort)
    told "message $message is told in" "(^|[^A-Za-z_])$message([^A-Za-z_]|$)" "${protos[@]}"
done
