-- An MTA's part, played by OpenDKIM's miltertest: a second reading of the protocol beside Postfix's.
conn = mt.connect(SOCKET)
if conn == nil then error "no connection" end
mt.macro(conn, SMFIC_CONNECT, "j", "mx.acme.example")
if mt.conninfo(conn, "mail.partner.example", "203.0.113.9") ~= nil then error "connection" end
if mt.helo(conn, "mail.partner.example") ~= nil then error "HELO" end

for number = 1, 2 do
  mt.macro(conn, SMFIC_MAIL, "i", "q" .. number)
  if mt.mailfrom(conn, "bea@partner.example") ~= nil then error "MAIL" end
  if mt.rcptto(conn, "ana@acme.example") ~= nil then error "RCPT" end
  if mt.header(conn, "From", "bea@partner.example") ~= nil then error "From" end
  if mt.header(conn, "X-Tidemark-Score", "0.000") ~= nil then error "X-Tidemark-Score" end
  if mt.header(conn, "Subject", "Minutes " .. number) ~= nil then error "Subject" end
  if mt.bodystring(conn, "See you tomorrow.\r\n") ~= nil then error "body" end
  if mt.eom(conn) ~= nil then error "end of message" end
  if mt.getreply(conn) ~= SMFIR_CONTINUE then error "the reply" end
  if not mt.eom_check(conn, MT_HDRDELETE, "X-Tidemark-Score") then error "a forged header stayed" end
  if not mt.eom_check(conn, MT_HDRADD, "X-Tidemark-Action") then error "no mark" end
end

mt.disconnect(conn)
print("done")
