# greffier: build, test, lint, fuzz, measure. `make` alone lists the targets.
#
# The tests speak with real servers and clients (Dovecot, Postfix, clamd, swaks,
# mutt, Chromium), which each test starts by itself, in a temporary folder and on
# loopback. `make deps` installs these programs from Debian, never starting them as
# services, and fetches axe-core, which examines the pages of the desk.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

GO       ?= go
FUZZTIME ?= 1m
# Which benchmarks to run: a regular expression over their names.
BENCH    ?= .
# How often the daemon is killed in a soak.
KILLS    ?= 500
# staticcheck 2026.2.2, which knows Go 1.26.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# axe-core (MPL-2.0) is kept with the caches of whoever builds, not here.
AXE        := axe-core-4.14.1
AXE_SHA256 := e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745
CACHE       = $${XDG_CACHE_HOME:-$$HOME/.cache}/greffier

# Postfix and Dovecot live in sbin, which is not in everybody's PATH.
export PATH := $(PATH):/usr/local/sbin:/usr/sbin:/sbin

.PHONY: help deps debian axe build demo test screenshots lint bench soak fuzz clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

deps: debian axe ## install from Debian what the tests need and is missing, and axe-core

debian:
	@# Each line: the Debian package, then a test that succeeds when it is here.
	packages=()
	need() { local package=$$1; shift; "$$@" >/dev/null 2>&1 || packages+=("$$package"); }
	dovecot_part() { test -x /usr/lib/dovecot/$$1 || test -x /usr/libexec/dovecot/$$1; }
	need gcc                 command -v gcc
	need libc6-dev           test -e /usr/include/stdlib.h
	need dovecot-imapd       dovecot_part imap
	need dovecot-lmtpd       dovecot_part lmtp
	need postfix             command -v postfix
	need swaks               command -v swaks
	need libnet-ssleay-perl  perl -MNet::SSLeay -e 1
	need mutt                command -v mutt
	need clamav-daemon       command -v clamd
	need clamav-freshclam    command -v freshclam  # which clamav-daemon brings: named, so as not to leave it enabled
	need isync               command -v mbsync
	need chromium            command -v chromium
	if ! test -e "$(CACHE)/$(AXE)/axe.min.js"; then need npm command -v npm; fi
	if (( $${#packages[@]} == 0 )); then exit 0; fi
	echo "deps: missing: $${packages[*]}"
	give_up() { echo "deps: $$1; install by hand, then run again: $${packages[*]}" >&2; exit 1; }
	command -v apt-get >/dev/null || give_up "no apt-get on this system"
	as_root=()
	if (( EUID != 0 )); then
		command -v sudo >/dev/null || give_up "neither root nor sudo"
		as_root=(sudo)
	fi
	# Debian starts a server as it installs it. While we install, a policy forbids that
	# (exit 101, as invoke-rc.d documents); the policy of the machine, if any, comes back.
	policy=/usr/sbin/policy-rc.d
	restore() {
		"$${as_root[@]}" rm -f $$policy
		if test -e $$policy.before-greffier; then "$${as_root[@]}" mv $$policy.before-greffier $$policy; fi
	}
	trap restore EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	if test -e $$policy && ! test -e $$policy.before-greffier; then
		"$${as_root[@]}" mv $$policy $$policy.before-greffier
	fi
	printf '#!/bin/sh\nexit 101\n' | "$${as_root[@]}" tee $$policy >/dev/null
	"$${as_root[@]}" chmod 755 $$policy
	if [[ " $${packages[*]} " == *" postfix "* ]]; then
		echo "postfix postfix/main_mailer_type select No configuration" | "$${as_root[@]}" debconf-set-selections
	fi
	install() {
		"$${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -q --no-install-recommends "$${packages[@]}"
	}
	# A stale package list is the usual cause of a first failure.
	install || { "$${as_root[@]}" apt-get update -q && install; } || give_up "apt-get failed (see above)"
	# Nor may they start with the machine: a private instance is all the tests use.
	if command -v systemctl >/dev/null; then
		for package in "$${packages[@]}"; do
			case $$package in
			postfix)       "$${as_root[@]}" systemctl disable postfix.service ;;
			dovecot-imapd) "$${as_root[@]}" systemctl disable dovecot.service dovecot.socket ;;
			clamav-daemon) "$${as_root[@]}" systemctl disable clamav-daemon.service clamav-daemon.socket ;;
			clamav-freshclam) "$${as_root[@]}" systemctl disable clamav-freshclam.service ;;
			esac || echo "deps: could not disable the service of $$package; it may start at the next boot" >&2
		done
	fi

axe: debian
	@dir="$(CACHE)/$(AXE)"
	if test -e "$$dir/axe.min.js"; then exit 0; fi
	temporary=$$(mktemp -d)
	trap 'rm -rf "$$temporary"' EXIT
	cd "$$temporary"
	npm pack --silent axe-core@$(subst axe-core-,,$(AXE)) >/dev/null || { echo "deps: npm cannot fetch $(AXE)" >&2; exit 1; }
	echo "$(AXE_SHA256)  $(AXE).tgz" | sha256sum --check --quiet || { echo "deps: $(AXE) is not what it was when it was chosen" >&2; exit 1; }
	tar -xzf $(AXE).tgz package/axe.min.js
	mkdir -p "$$dir"
	mv package/axe.min.js "$$dir/axe.min.js"

build: ## build ./greffier
	$(GO) build -trimpath -o greffier ./cmd/greffier

demo: ## rehearse the first edition on embedded servers
	$(GO) run ./cmd/greffier demo

test: deps ## run every test, with the race detector, in random order
	CGO_ENABLED=1 $(GO) test -race -shuffle=on -timeout 30m ./...
	@# The race detector needs more memory than a reading child is given: that limit is tested without it.
	CGO_ENABLED=1 $(GO) test -run 'TestChild' ./ingest/content

screenshots: deps ## take the pictures of the README anew, in the rehearsal
	GREFFIER_PICTURES=$(CURDIR)/desk/screenshots $(GO) test -count=1 -run '^TestBrowser$$/^pictures$$' ./cmd/greffier

lint: ## gofmt, go vet, staticcheck
	@badly=$$(gofmt -l .)
	if [[ -n $$badly ]]; then echo "lint: not formatted, run gofmt -w on:" >&2; echo "$$badly" >&2; exit 1; fi
	set -x
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

bench: ## run the benchmarks (BENCH=regexp to pick)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

soak: deps ## kill the daemon 500 times under load on a real Dovecot and Postfix (KILLS=)
	GREFFIER_KILLS=$(KILLS) $(GO) test -count=1 -v -timeout 3h -run '^TestSea$$' ./cmd/greffier

fuzz: ## run every fuzz target in turn, FUZZTIME each (FUZZTIME=10m)
	@while IFS=: read -r file target; do
		echo "fuzz: $$target in $${file%/*}, $(FUZZTIME)"
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$${file%/*}"
	done < <(grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed 's/:func /:/')

clean: ## remove what build, test and bench leave behind
	rm -f greffier coverage.out coverage.html
