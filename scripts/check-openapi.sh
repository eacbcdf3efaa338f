#!/usr/bin/env bash
# The OpenAPI document must hold against OpenAPI 3.1, judged by a validator that is not ours.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

validator_version=0.9.0
environment=$tools/openapi
python=$environment/bin/python
document=$tools/openapi.json
program=$native_target/debug/perennial

if ! "$python" -c "import importlib.metadata as m; assert m.version('openapi-spec-validator') == '$validator_version'" 2>/dev/null; then
  have python3 || apt_install python3 python3-venv
  say "installing openapi-spec-validator $validator_version"
  # Without python3-venv the folder is left half made, and without pip.
  make_environment() {
    rm -rf "$environment"
    python3 -m venv "$environment" >/dev/null 2>&1
  }
  if ! make_environment; then
    apt_install python3-venv
    make_environment || fail "Python could not make the folder $environment" "Run: python3 -m venv $environment"
  fi
  quietly openapi-validator "$python" -m pip install --quiet "openapi-spec-validator==$validator_version" ||
    fail "openapi-spec-validator could not be installed" "Check the connection to the Python package index and run this again."
fi

[ -x "$program" ] || fail "the server is not built" "Run: cargo build --package backend"
"$program" openapi >"$document"
say "the document has $(wc -c <"$document") bytes"
# The same document gets the same answer: it is kept until one of the two changes.
judged=$tools/openapi.judged
asked="$validator_version $(sha256sum <"$document")"
if [ "$(head -n 1 "$judged" 2>/dev/null)" = "$asked" ]; then
  say "it holds as it did: $(tail -n 1 "$judged")"
  exit 0
fi
rm -f "$judged"
verdict=$("$python" - "$document" <<'PYTHON'
import json
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
version = document.get("openapi", "none")
if not version.startswith("3.1"):
    sys.exit(f"the document says openapi {version}, not 3.1")
faults = list(OpenAPIV31SpecValidator(document).iter_errors())
for fault in faults:
    print("/" + "/".join(map(str, fault.absolute_path)), fault.message, file=sys.stderr)
operations = [
    operation.get("operationId")
    for path in document.get("paths", {}).values()
    for method, operation in path.items()
    if method in {"get", "put", "post", "patch", "delete", "head", "options"}
]
print(f"{len(operations)} operations, {len(faults)} faults")
sys.exit(1 if faults or not operations else 0)
PYTHON
) || fail "the document does not hold" "$verdict"
echo "$verdict"
printf '%s\n%s\n' "$asked" "$verdict" >"$judged"
