//! Fizeau session logs in both dialects (formats/fizeau.md).
