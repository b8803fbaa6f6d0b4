-- question: How money went out; a way that the bank does not state is a group of its own
-- report: report r over debit per operation { n: count  greatest: max(debit.amount)  banks: distinct(bank) }
-- row: cash_out|18821|76500|0
-- row: card|12|3900|0
-- row: to_bank|6343|14658|13
SELECT CASE operation WHEN 'VYBER' THEN 'cash_out' WHEN 'VYBER KARTOU' THEN 'card' WHEN 'PREVOD NA UCET' THEN 'to_bank' END AS way,
       count(*), max(amount) / 100.0, count(DISTINCT bank) FROM paid_out
GROUP BY way ORDER BY way IS NULL, CASE way WHEN 'cash_out' THEN 1 WHEN 'card' THEN 2 ELSE 3 END;
