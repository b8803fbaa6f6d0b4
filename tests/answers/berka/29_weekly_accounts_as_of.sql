-- question: Accounts with a weekly statement opened by the middle of 1993
-- filter: any(account where frequency = weekly)
-- 筛选: 有（账户 其中 对账单 = 每周）
-- as of: 1993-06-30
-- yes: 33
-- no: 5336
-- unknown: 0
-- sum of ids: 158737
SELECT p.id, EXISTS (SELECT 1 FROM opened o WHERE o.id = p.id AND frequency = 'POPLATEK TYDNE' AND day <= '1993-06-30') AS answer FROM person p;
