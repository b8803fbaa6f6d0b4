;; What the hostile guests share: one function `score` that reads the number `told`.
;; Layouts are those of the component model's canonical form of plugins/wit.
(memory (export "memory") 2)
(global $free (mut i32) (i32.const 4096))

;; "score", "told"; then the list of signatures, its inputs, and where `describe` says they lie.
(data (i32.const 1024) "score\00\00\00told\00\00\00\00")
(data (i32.const 1040)
  "\00\04\00\00" "\05\00\00\00" "\24\04\00\00" "\01\00\00\00" "\00\00\00\00")
(data (i32.const 1060) "\08\04\00\00" "\04\00\00\00" "\00\00\00\00")
(data (i32.const 1072) "\10\04\00\00" "\01\00\00\00")

(func $take (param $bytes i32) (result i32)
  (local $at i32)
  (local.set $at (global.get $free))
  (global.set $free
    (i32.and (i32.add (i32.add (local.get $at) (local.get $bytes)) (i32.const 15)) (i32.const -8)))
  (if (i32.gt_u (global.get $free) (i32.mul (memory.size) (i32.const 65536)))
    (then
      (drop (memory.grow
        (i32.add (i32.shr_u (local.get $bytes) (i32.const 16)) (i32.const 1))))))
  (local.get $at))

(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
  (call $take (local.get 3)))

(func (export "tamis:plugin/scorer@1.0.0#describe") (result i32)
  (i32.const 1072))

;; Yes to every setting.
(func (export "tamis:plugin/scorer@1.0.0#open") (param i32 i32) (result i32)
  (i32.const 1088))

;; No parts.
(func (export "tamis:plugin/scorer@1.0.0#explain") (param i32 i32 i32 i32) (result i32)
  (i32.const 1104))

;; An answer of so many numbers that lie there, all present.
(func $answer (param $numbers i32) (param $rows i32) (result i32)
  (i32.store8 (i32.const 1200) (i32.const 0))
  (i32.store8 (i32.const 1204) (i32.const 0))
  (i32.store (i32.const 1208) (local.get $numbers))
  (i32.store (i32.const 1212) (local.get $rows))
  (i32.store (i32.const 1224) (i32.const 0))
  (i32.store (i32.const 1228) (i32.const 0))
  (i32.const 1200))

;; The numbers told in the first column.
(func $told (param $columns i32) (result i32)
  (i32.load offset=4 (local.get $columns)))
