;; Answers with what is no number: the first customer with an infinity, the rest with NaN.
(func (export "tamis:plugin/scorer@1.0.0#score")
  (param $function i32) (param $rows i32) (param $columns i32) (param $count i32) (result i32)
  (local $at i32) (local $row i32)
  (local.set $at (call $take (i32.mul (local.get $rows) (i32.const 8))))
  (loop $again
    (f64.store
      (i32.add (local.get $at) (i32.mul (local.get $row) (i32.const 8)))
      (select (f64.const nan) (f64.const inf) (local.get $row)))
    (local.set $row (i32.add (local.get $row) (i32.const 1)))
    (br_if $again (i32.lt_u (local.get $row) (local.get $rows))))
  (call $answer (local.get $at) (local.get $rows)))
