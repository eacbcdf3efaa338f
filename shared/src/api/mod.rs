//! The words of the API: ids, bodies and error codes.
