(module
  ;; Where may a secret stand? Sixteen places a step, thirty-two a turn: by the technique of Teddy (of Intel's Hyperscan)
  ;; with shapes of four bytes, each byte of a class, in sixteen groups, a and b of eight each. A table of 16 for the low
  ;; half of a byte and one for its high half have a bit for each group whose class may hold it; what all eight tables of
  ;; four bytes in a row agree on are groups that may begin there. The tables are written by suspicion-scan.ts:
  ;;
  ;;   0    for each of the four bytes: low halves of a, high halves of a, low halves of b, high halves of b, 16 bytes each
  ;;   288  where the scan ended; it ends early when the list is nearly full
  ;;   512  the list: addresses of the last of the four bytes
  ;;   8192 what is scanned; up to 35 bytes behind it are read too
  ;;
  ;; The last groups of b are of numbers, and no suspicion alone: bit 7 is of four digits, bit 6 of three and a blank or
  ;; hyphen. Four digits are suspected behind bit 6 (groups of a telephone number or card), and behind eight digits more.
  ;;
  ;; Relaxed swizzling is the same as the other here, since all that is looked up is below 16, and takes one instruction.
  ;; Assembled by: npx wat2wasm --enable-relaxed-simd suspicion-scan.wat -o suspicion-scan.wasm
  (memory (export "memory") 1 1)
  ;; The low half of each byte, and the groups of b that are a suspicion alone.
  (data (i32.const 256) "\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f\0f")
  (data (i32.const 272) "\3f\3f\3f\3f\3f\3f\3f\3f\3f\3f\3f\3f\3f\3f\3f\3f")

  ;; Lists the suspicions in [at, end) and gives their number. In the first 16 bytes numbers are not seen whole.
  (func (export "scan") (param $at i32) (param $end i32) (result i32)
    (local $half v128) (local $alone v128) (local $none v128)
    ;; Halves of one byte of the four, in the first block of 16 places and in the second.
    (local $bytes v128) (local $low0 v128) (local $high0 v128) (local $low1 v128) (local $high1 v128)
    ;; A table, what it says of low halves, and what all tables so far agree on.
    (local $table v128) (local $of0 v128) (local $of1 v128)
    (local $a0 v128) (local $a1 v128) (local $b0 v128) (local $b1 v128)
    ;; b of the block before these two, and four places back.
    (local $before v128) (local $back v128)
    (local $places i32) (local $listed i32)
    (local.set $half (v128.load (i32.const 256)))
    (local.set $alone (v128.load (i32.const 272)))
    (block $done
      (loop $turn
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        ;; 1024 in all, less those of one turn.
        (br_if $done (i32.gt_u (local.get $listed) (i32.const 3968)))

        ;; The first byte.
        (local.set $bytes (v128.load (local.get $at)))
        (local.set $low0 (v128.and (local.get $bytes) (local.get $half)))
        (local.set $high0 (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $half)))
        (local.set $bytes (v128.load offset=16 (local.get $at)))
        (local.set $low1 (v128.and (local.get $bytes) (local.get $half)))
        (local.set $high1 (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $half)))
        (local.set $table (v128.load (i32.const 0)))
        (local.set $of0 (i8x16.relaxed_swizzle (local.get $table) (local.get $low0)))
        (local.set $of1 (i8x16.relaxed_swizzle (local.get $table) (local.get $low1)))
        (local.set $table (v128.load offset=16 (i32.const 0)))
        (local.set $a0 (v128.and (local.get $of0) (i8x16.relaxed_swizzle (local.get $table) (local.get $high0))))
        (local.set $a1 (v128.and (local.get $of1) (i8x16.relaxed_swizzle (local.get $table) (local.get $high1))))
        (local.set $table (v128.load offset=32 (i32.const 0)))
        (local.set $of0 (i8x16.relaxed_swizzle (local.get $table) (local.get $low0)))
        (local.set $of1 (i8x16.relaxed_swizzle (local.get $table) (local.get $low1)))
        (local.set $table (v128.load offset=48 (i32.const 0)))
        (local.set $b0 (v128.and (local.get $of0) (i8x16.relaxed_swizzle (local.get $table) (local.get $high0))))
        (local.set $b1 (v128.and (local.get $of1) (i8x16.relaxed_swizzle (local.get $table) (local.get $high1))))

        ;; The second byte.
        (local.set $bytes (v128.load offset=1 (local.get $at)))
        (local.set $low0 (v128.and (local.get $bytes) (local.get $half)))
        (local.set $high0 (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $half)))
        (local.set $bytes (v128.load offset=17 (local.get $at)))
        (local.set $low1 (v128.and (local.get $bytes) (local.get $half)))
        (local.set $high1 (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $half)))
        (local.set $table (v128.load offset=64 (i32.const 0)))
        (local.set $of0 (i8x16.relaxed_swizzle (local.get $table) (local.get $low0)))
        (local.set $of1 (i8x16.relaxed_swizzle (local.get $table) (local.get $low1)))
        (local.set $table (v128.load offset=80 (i32.const 0)))
        (local.set $a0 (v128.and (local.get $a0)
          (v128.and (local.get $of0) (i8x16.relaxed_swizzle (local.get $table) (local.get $high0)))))
        (local.set $a1 (v128.and (local.get $a1)
          (v128.and (local.get $of1) (i8x16.relaxed_swizzle (local.get $table) (local.get $high1)))))
        (local.set $table (v128.load offset=96 (i32.const 0)))
        (local.set $of0 (i8x16.relaxed_swizzle (local.get $table) (local.get $low0)))
        (local.set $of1 (i8x16.relaxed_swizzle (local.get $table) (local.get $low1)))
        (local.set $table (v128.load offset=112 (i32.const 0)))
        (local.set $b0 (v128.and (local.get $b0)
          (v128.and (local.get $of0) (i8x16.relaxed_swizzle (local.get $table) (local.get $high0)))))
        (local.set $b1 (v128.and (local.get $b1)
          (v128.and (local.get $of1) (i8x16.relaxed_swizzle (local.get $table) (local.get $high1)))))

        ;; The third byte.
        (local.set $bytes (v128.load offset=2 (local.get $at)))
        (local.set $low0 (v128.and (local.get $bytes) (local.get $half)))
        (local.set $high0 (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $half)))
        (local.set $bytes (v128.load offset=18 (local.get $at)))
        (local.set $low1 (v128.and (local.get $bytes) (local.get $half)))
        (local.set $high1 (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $half)))
        (local.set $table (v128.load offset=128 (i32.const 0)))
        (local.set $of0 (i8x16.relaxed_swizzle (local.get $table) (local.get $low0)))
        (local.set $of1 (i8x16.relaxed_swizzle (local.get $table) (local.get $low1)))
        (local.set $table (v128.load offset=144 (i32.const 0)))
        (local.set $a0 (v128.and (local.get $a0)
          (v128.and (local.get $of0) (i8x16.relaxed_swizzle (local.get $table) (local.get $high0)))))
        (local.set $a1 (v128.and (local.get $a1)
          (v128.and (local.get $of1) (i8x16.relaxed_swizzle (local.get $table) (local.get $high1)))))
        (local.set $table (v128.load offset=160 (i32.const 0)))
        (local.set $of0 (i8x16.relaxed_swizzle (local.get $table) (local.get $low0)))
        (local.set $of1 (i8x16.relaxed_swizzle (local.get $table) (local.get $low1)))
        (local.set $table (v128.load offset=176 (i32.const 0)))
        (local.set $b0 (v128.and (local.get $b0)
          (v128.and (local.get $of0) (i8x16.relaxed_swizzle (local.get $table) (local.get $high0)))))
        (local.set $b1 (v128.and (local.get $b1)
          (v128.and (local.get $of1) (i8x16.relaxed_swizzle (local.get $table) (local.get $high1)))))

        ;; The fourth byte.
        (local.set $bytes (v128.load offset=3 (local.get $at)))
        (local.set $low0 (v128.and (local.get $bytes) (local.get $half)))
        (local.set $high0 (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $half)))
        (local.set $bytes (v128.load offset=19 (local.get $at)))
        (local.set $low1 (v128.and (local.get $bytes) (local.get $half)))
        (local.set $high1 (v128.and (i16x8.shr_u (local.get $bytes) (i32.const 4)) (local.get $half)))
        (local.set $table (v128.load offset=192 (i32.const 0)))
        (local.set $of0 (i8x16.relaxed_swizzle (local.get $table) (local.get $low0)))
        (local.set $of1 (i8x16.relaxed_swizzle (local.get $table) (local.get $low1)))
        (local.set $table (v128.load offset=208 (i32.const 0)))
        (local.set $a0 (v128.and (local.get $a0)
          (v128.and (local.get $of0) (i8x16.relaxed_swizzle (local.get $table) (local.get $high0)))))
        (local.set $a1 (v128.and (local.get $a1)
          (v128.and (local.get $of1) (i8x16.relaxed_swizzle (local.get $table) (local.get $high1)))))
        (local.set $table (v128.load offset=224 (i32.const 0)))
        (local.set $of0 (i8x16.relaxed_swizzle (local.get $table) (local.get $low0)))
        (local.set $of1 (i8x16.relaxed_swizzle (local.get $table) (local.get $low1)))
        (local.set $table (v128.load offset=240 (i32.const 0)))
        (local.set $b0 (v128.and (local.get $b0)
          (v128.and (local.get $of0) (i8x16.relaxed_swizzle (local.get $table) (local.get $high0)))))
        (local.set $b1 (v128.and (local.get $b1)
          (v128.and (local.get $of1) (i8x16.relaxed_swizzle (local.get $table) (local.get $high1)))))

        ;; Numbers: bit 6 four places back, moved to bit 7, or bit 7 four and eight places back. Other bits that the
        ;; addition moves suspect a little more.
        (local.set $back
          (i8x16.shuffle 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 (local.get $before) (local.get $b0)))
        (local.set $a0 (v128.or (local.get $a0) (v128.and (local.get $b0)
          (v128.or
            (v128.or (local.get $alone) (i8x16.add (local.get $back) (local.get $back)))
            (v128.and (local.get $back)
              (i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 (local.get $before) (local.get $b0)))))))
        (local.set $back
          (i8x16.shuffle 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 (local.get $b0) (local.get $b1)))
        (local.set $a1 (v128.or (local.get $a1) (v128.and (local.get $b1)
          (v128.or
            (v128.or (local.get $alone) (i8x16.add (local.get $back) (local.get $back)))
            (v128.and (local.get $back)
              (i8x16.shuffle 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 (local.get $b0) (local.get $b1)))))))
        (local.set $before (local.get $b1))

        (if (i32.ne (i32.const 0xffff)
              (i8x16.bitmask (i8x16.eq (local.get $none) (v128.or (local.get $a0) (local.get $a1)))))
          (then
            (local.set $places (i32.xor (i32.const -1) (i32.or
              (i8x16.bitmask (i8x16.eq (local.get $none) (local.get $a0)))
              (i32.shl (i8x16.bitmask (i8x16.eq (local.get $none) (local.get $a1))) (i32.const 16)))))
            (loop $next
              (i32.store offset=512 (local.get $listed)
                (i32.add (i32.add (local.get $at) (i32.const 3)) (i32.ctz (local.get $places))))
              (local.set $listed (i32.add (local.get $listed) (i32.const 4)))
              (local.set $places (i32.and (local.get $places) (i32.sub (local.get $places) (i32.const 1))))
              (br_if $next (local.get $places)))))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br $turn)))
    (i32.store (i32.const 288) (local.get $at))
    (i32.shr_u (local.get $listed) (i32.const 2))))
