//! The server: the API, its documentation and the app, in one binary.
