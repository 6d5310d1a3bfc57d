#!/usr/bin/env bash
# The tests that need Azurite, Microsoft's own stand-in for Azure Blob Storage. Needs Node and npm,
# which fetches 365 MB into .tools; so this is not part of ./test.
set -euo pipefail
cd "$(dirname "$0")/.."

version=3.37.0
tools=${PATRONAGE_TOOLS:-$PWD/.tools}/azurite-$version
blob=${AZURITE:-$tools/node_modules/.bin/azurite-blob}
if ! [ -x "$blob" ]; then
    echo "fetching azurite $version into $tools"
    npm install --silent --no-audit --no-fund --prefix "$tools" "azurite@$version"
fi

folder=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$blob" --blobHost 127.0.0.1 --blobPort "$port" --location "$folder" --silent --disableTelemetry \
    --skipApiVersionCheck > "$folder/log" 2>&1 &
server=$!
trap 'kill $server; wait $server || true; rm -rf "$folder"' EXIT

# The account and the key that Azurite comes with are public.
export AZURE_STORAGE_ACCOUNT_NAME=devstoreaccount1
export AZURE_STORAGE_ACCOUNT_KEY=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==
export AZURE_STORAGE_ENDPOINT=http://127.0.0.1:$port/devstoreaccount1
export AZURE_ALLOW_HTTP=true

python3 - <<'PYTHON'
"""Makes the container `shop`, as soon as the server answers."""
import base64, email.utils, hashlib, hmac, os, time, urllib.error, urllib.request

account, endpoint = os.environ["AZURE_STORAGE_ACCOUNT_NAME"], os.environ["AZURE_STORAGE_ENDPOINT"]
key = base64.b64decode(os.environ["AZURE_STORAGE_ACCOUNT_KEY"])
for attempt in range(120):
    now = email.utils.formatdate(usegmt=True)
    signed = f"PUT{chr(10) * 12}x-ms-date:{now}\nx-ms-version:2023-11-03\n/{account}/{account}/shop\nrestype:container"
    digest = base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha256).digest()).decode()
    headers = {"x-ms-date": now, "x-ms-version": "2023-11-03", "Authorization": f"SharedKey {account}:{digest}"}
    request = urllib.request.Request(f"{endpoint}/shop?restype=container", method="PUT", headers=headers)
    try:
        urllib.request.urlopen(request)
        break
    except urllib.error.HTTPError as error:
        raise SystemExit(f"the container cannot be made: {error.read().decode()}")
    except urllib.error.URLError:
        time.sleep(0.5)
else:
    raise SystemExit("Azurite does not answer")
PYTHON

cargo test --locked --test it -- --ignored stores::
