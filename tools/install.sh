# shellcheck shell=bash
# What a bare machine lacks. Sourced by ./dev; each function costs next to nothing when its thing is there.

readonly WASM_TARGET=wasm32-unknown-unknown
readonly TRUNK_VERSION=0.21.14
# The command must have the very version of the crate.
WASM_BINDGEN_VERSION=$(sed -n 's/^wasm-bindgen = "=\([0-9.]*\)"$/\1/p' Cargo.toml)
readonly WASM_BINDGEN_VERSION
[[ $WASM_BINDGEN_VERSION ]] || die 'Cargo.toml does not pin wasm-bindgen as wasm-bindgen = "=X.Y.Z"'

# Other versions that the user keeps in cargo's own folder stay as they are: ours go beside them.
readonly TOOLS=${XDG_CACHE_HOME:-$HOME/.cache}/sessionscope
readonly TRUNK_ROOT=$TOOLS/trunk-$TRUNK_VERSION
readonly WASM_BINDGEN_ROOT=$TOOLS/wasm-bindgen-cli-$WASM_BINDGEN_VERSION
PATH=$PWD/node_modules/.bin:$TRUNK_ROOT/bin:$WASM_BINDGEN_ROOT/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH

export CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
export CHROMEDRIVER=${CHROMEDRIVER:-/usr/bin/chromedriver}
export FIREFOX=${FIREFOX:-/usr/bin/firefox-esr}
export NGINX=${NGINX:-/usr/sbin/nginx}
[[ -x $NGINX ]] || NGINX=$TOOLS/nginx/usr/sbin/nginx

install_rust() {
  local channel
  channel=$(sed -n 's/^channel = "\(.*\)"$/\1/p' rust-toolchain.toml)
  [[ $(rustup toolchain list) == *"$channel"* ]] || rustup toolchain install "$channel" --profile minimal --no-self-update
  [[ $(rustup target list --installed) == *"$WASM_TARGET"* ]] || rustup target add "$WASM_TARGET"
  [[ $(rustup component list --installed) == *clippy*rustfmt* ]] || rustup component add clippy rustfmt
}

install_build_tools() {
  cargo_tool trunk "$TRUNK_VERSION" "$TRUNK_ROOT" --locked trunk
  # Its own lock file names a crate version that is not to be had, hence no --locked.
  cargo_tool wasm-bindgen "$WASM_BINDGEN_VERSION" "$WASM_BINDGEN_ROOT" wasm-bindgen-cli
  install_npm_packages
  # Packs the page of one file.
  [[ $(type -P xz) ]] || apt_install xz-utils
}

# cargo_tool COMMAND VERSION ROOT WORDS...: installs with these words of `cargo install` unless PATH has this version.
cargo_tool() {
  local command=$1 version=$2 root=$3
  shift 3
  [[ "$("$command" --version 2>/dev/null) " == "$command $version "* ]] && return
  echo "Installing $command $version (some minutes, once)"
  cargo install --quiet --root "$root" --version "$version" "$@"
}

# Also brings wasm-opt, which Debian has too old.
install_npm_packages() {
  local installed=node_modules/.installed-lock.json
  cmp -s package-lock.json "$installed" && return
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci
  cp package-lock.json "$installed"
}

install_browser() {
  [[ -x $CHROMIUM && -x $CHROMEDRIVER ]] || apt_install chromium chromium-driver fonts-dejavu-core fonts-liberation
}

install_firefox() {
  [[ -x $FIREFOX ]] || apt_install firefox-esr
}

# Debian starts an nginx that is installed, so only the program is taken out of its package.
install_nginx() {
  [[ -x $NGINX ]] && return
  as_root apt-get update -qq
  mkdir -p "$TOOLS/nginx"
  (cd "$TOOLS/nginx" && apt-get download -qq nginx && dpkg-deb -x nginx_*.deb .)
}

# Debian has the module for virtual environments in a package of its own.
install_python() {
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
}

apt_install() {
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}
