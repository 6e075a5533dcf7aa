#!/bin/sh
# Make the stand-ins for Google's services in tests: .venv-emulators and .analyzer. What cannot be installed here is
# reported loudly and left out; that is not an error, so `make test` continues without it.
set -eu

left_out() {
    echo "================================================================" >&2
    echo "LEFT OUT: $1" >&2
    echo "  because $2" >&2
    echo "================================================================" >&2
}

# Only a command that really starts counts: pyenv puts placeholders for inactive versions into PATH.
modern_python() {
    for version in 3.13 3.12; do
        for python in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
            if "$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
                echo "$python"
                return
            fi
        done
    done
}

make_emulators() {
    pins=tests/cloud/constraints.txt
    if [ -f .venv-emulators/.installed ] && [ ! "$pins" -nt .venv-emulators/.installed ]; then
        return
    fi
    python=$(modern_python)
    if [ -z "$python" ]; then
        left_out "the emulators of BigQuery and Cloud Storage" "Python 3.12 or 3.13 was not found (in PATH or pyenv)"
        return
    fi
    echo "making .venv-emulators with $python (about a minute, once)"
    rm -rf .venv-emulators
    "$python" -m venv .venv-emulators || {
        rm -rf .venv-emulators
        left_out "the emulators of BigQuery and Cloud Storage" "$python cannot make virtual environments"
        return
    }
    # local-bigquery declares Python 3.13; it runs on 3.12 as well.
    .venv-emulators/bin/python -m pip install --quiet --disable-pip-version-check --ignore-requires-python \
        --constraint "$pins" local-bigquery gcp-storage-emulator || {
        left_out "the emulators of BigQuery and Cloud Storage" "they cannot be installed (see above)"
        return
    }
    touch .venv-emulators/.installed
}

make_analyzer() {
    manifest=tests/cloud/package.json
    if [ -f .analyzer/.installed ] && [ ! "$manifest" -nt .analyzer/.installed ]; then
        return
    fi
    if ! npm --version >/dev/null 2>&1 || ! node --version >/dev/null 2>&1; then
        left_out "Google's SQL analyzer" "npm was not found"
        return
    fi
    echo "making .analyzer (350 MB, once)"
    rm -rf .analyzer
    mkdir .analyzer
    cp "$manifest" .analyzer/
    (cd .analyzer && npm install --silent --no-package-lock --no-audit --no-fund) || {
        left_out "Google's SQL analyzer" "npm cannot install it (see above)"
        return
    }
    touch .analyzer/.installed
}

make_emulators
make_analyzer
