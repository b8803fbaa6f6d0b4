;; Asks for memory without end, and touches it.
(func (export "tamis:plugin/scorer@1.0.0#score")
  (param $function i32) (param $rows i32) (param $columns i32) (param $count i32) (result i32)
  (local $page i32)
  (loop $again
    (local.set $page (memory.grow (i32.const 16)))
    (i32.store (i32.mul (local.get $page) (i32.const 65536)) (i32.const 1))
    (br $again))
  (unreachable))
