//! Makes a release build anew where files came to those it carries, or left them. Other builds read the folders.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        for folder in ["exports", "marts", "sql/staging/demo"] {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
}
