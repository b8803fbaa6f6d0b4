;; Answers one row too few.
(func (export "tamis:plugin/scorer@1.0.0#score")
  (param $function i32) (param $rows i32) (param $columns i32) (param $count i32) (result i32)
  (call $answer
    (call $told (local.get $columns))
    (i32.sub (local.get $rows) (i32.const 1))))
