//! The small live page of the province.
