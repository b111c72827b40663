//! Ends the process with what the door says.

fn main() -> std::process::ExitCode {
    cargo_handoff::cli::main()
}
