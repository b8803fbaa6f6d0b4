-- question: The co-holder's last balance is 40,000 or more; unknown where the co-holder never had a credit
-- filter: role = co_owner and any co_holder (last(credit).balance >= 40k)
-- 筛选: 角色 = 共用人 且 任一 共同持有人（最近（入账）.余额 >= 4万）
-- yes: 100
-- no: 4660
-- unknown: 609
-- sum of ids: 396732
SELECT p.id, role = 'co_owner' AND CASE
   WHEN EXISTS (SELECT 1 FROM shares s WHERE s.id = p.id AND (SELECT balance FROM paid_in m WHERE m.id = s.other ORDER BY day DESC, number DESC LIMIT 1) >= 4000000) THEN 1
   WHEN EXISTS (SELECT 1 FROM shares s WHERE s.id = p.id AND NOT EXISTS (SELECT 1 FROM paid_in m WHERE m.id = s.other)) THEN NULL
   ELSE 0 END AS answer FROM person p;
