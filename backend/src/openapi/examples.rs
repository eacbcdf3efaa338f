//! Examples of request bodies.
