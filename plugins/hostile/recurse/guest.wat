;; Calls itself without end.
(func $deeper (param i32) (result i32)
  (i32.add (i32.const 1) (call $deeper (i32.add (local.get 0) (i32.const 1)))))
(func (export "tamis:plugin/scorer@1.0.0#score")
  (param $function i32) (param $rows i32) (param $columns i32) (param $count i32) (result i32)
  (call $answer (call $deeper (i32.const 0)) (local.get $rows)))
