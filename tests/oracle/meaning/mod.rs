//! What words mean, one test a line: written as rules, asked of the slow evaluator
//! and of the engine, plain and optimised, which must all say the same.

mod bank;
mod bounds;
mod dates;
mod durations;
mod facts;
mod found;
mod logic;
mod money;
mod numbers;
mod periods;
mod ranked;
mod relations;
mod sequences;
mod series;
mod text;
mod typical;
mod units;

use bank::Bank;
