-- question: What was sold each week
-- report: report r over purchase per at by week { lines: count  pieces: sum(purchase.quantity)  revenue: sum(purchase.amount) }
-- row: 2010-W48|7752|83645|149386.33
-- row: 2010-W49|9568|101373|213447.72
-- row: 2010-W50|7059|96438|163770.73
-- row: 2010-W51|1778|30809|46109.11
-- row: 2011-W01|5228|70192|114865.27
-- row: 2011-W02|4704|76993|154714.94
-- row: 2011-W03|4679|131357|175757.98
-- row: 2011-W04|5618|58130|105288.77
-- row: 2011-W05|5080|65116|106095.23
-- row: 2011-W06|3810|47539|88015.42
-- row: 2011-W07|5264|76975|126050.4
-- row: 2011-W08|5792|79998|130687.36
-- row: 2011-W09|981|8420|15107.02
SELECT strftime('%Y', day, '-3 days', 'weekday 4') || '-W' || printf('%02d', (CAST(strftime('%j', day, '-3 days', 'weekday 4') AS INTEGER) - 1) / 7 + 1) AS week,
       count(*), sum(quantity), sum(pence) / 100.0 FROM bought GROUP BY week ORDER BY week;
