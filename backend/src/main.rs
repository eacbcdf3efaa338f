//! The `perennial` command.
use std::process::ExitCode;

use clap::Parser;

#[actix_web::main]
async fn main() -> ExitCode {
    backend::cli::run(backend::cli::Cli::parse()).await
}
