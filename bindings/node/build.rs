//! Tells the linker that the symbols of Node.js are found when the module is loaded.

fn main() {
    napi_build::setup();
}
