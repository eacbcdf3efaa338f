//! `wasm-vectors FOLDER` prints what the native build answers to the vectors of a folder.
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).unwrap_or_default();
    for kind in wasm_vectors::KINDS {
        let path = folder.join(format!("{kind}.json"));
        match std::fs::read_to_string(&path) {
            Ok(file) => print!("{}", wasm_vectors::answers(kind, &file)),
            Err(error) => {
                eprintln!("{} cannot be read: {error}", path.display());
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
