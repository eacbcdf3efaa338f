//! Time from other tools: upload, preview, mapping, commit.
mod columns;
mod dialect;
mod encoding;
mod reader;
mod values;
