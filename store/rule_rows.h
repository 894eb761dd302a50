/* rule_rows.h - rules as the database has them; private to store/ */
#ifndef STORE_RULE_ROWS_H
#define STORE_RULE_ROWS_H

#include "mail/history.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/rule.h"

/* Of `rule AS r`, as rule_of_row() takes them. */
#define RULE_COLUMNS                                                                       \
	"r.id, r.kind, r.account, r.domain, r.sender, r.link, r.url, r.file, r.campaign,"  \
	" r.recipients, r.from_domains, r.lifts, r.owner, r.reason, r.created, r.expires," \
	" r.idle, r.hits, r.last_hit"
enum {
	RULE_COLUMN_COUNT = 19,
};

Rule *rule_of_row(sqlite3_stmt *stmt, int64_t now);
/* NULL with NOT_FOUND when there is none, or none any more. */
Rule *rule_read(Store *store, int64_t id, int64_t now, GError **error);

/* At @now, as far as its hits are known now. */
bool rule_is_expired(const Rule *rule, int64_t now);

/* A rule that is not there yet, in the place of `rule`; bind with rule_bind(). */
#define RULE_GIVEN                                                                          \
	"(SELECT :kind AS kind, :account AS account, :domain AS domain, :sender AS sender," \
	" :link AS link, :url AS url, :file AS file, :campaign AS campaign,"                \
	" :recipients AS recipients, :from_domains AS from_domains, :lifts AS lifts)"
/* The parameters of RULE_KIN but :allow. */
void rule_bind_kin(sqlite3_stmt *stmt);
/* All parameters of RULE_GIVEN. */
void rule_bind(const Rule *rule, sqlite3_stmt *stmt);

/* The reason of the operations that make and remove @rule: "rule 3, deny domain evil.example,
 * until it is removed: phish".  Yours. */
char *rule_record(const Rule *rule);
/* What earlier versions wrote, without its end, and before that without its bounds either.  The
 * bracket after the number tells them from a record that has both: none is taken for another,
 * whatever the rule rests on. */
char *rule_record_older(const Rule *rule);
char *rule_record_oldest(const Rule *rule);

/* What it rests on and is bounded by in the store's spelling, and what is empty NULL; REFUSED,
 * saying why, where something of it is no domain, address, URL or digest. */
bool rule_spell(Rule *rule, GError **error);
/* rule_check() without what the back-test does not need: owner, reason, expiry. */
bool rule_check_basis(Rule *rule, const Site *site, GError **error);

/* What is held here and a deny rule matches: of Change (store/ledger.h). */
GArray *rule_read_held(Store *store, const Rule *rule, GError **error);

/* Its campaign is the one that stands for it; NOT_FOUND if there is none. */
bool rule_find_campaign(Store *store, Rule *rule, GError **error);

/* store_test_rule() of a rule that is spelt already, and may be what could not be added. */
struct RuleTest;
bool rule_test(Store *store, const Rule *rule, struct RuleTest *test, GError **error);

/* Where the links of a message lead: domain and final.  link_ends(): message_links.h. */
#define LINK_ENDS(message, packed)                                              \
	"(SELECT e.value ->> 0 AS domain, e.value ->> 1 AS final FROM links p," \
	" json_each(" packed ") e WHERE p.message = " message                   \
	" UNION ALL SELECT o.domain, o.final FROM link o WHERE o.message = " message ")"
#define LINKS_OF_M LINK_ENDS("m.id", "link_ends(p.zstd, p.size)")
/* Of :message, as far as a rule asks. */
#define LINKS_OF_ONE                                                     \
	LINK_ENDS(":message",                                            \
		"CASE WHEN EXISTS (SELECT 1 FROM rule WHERE removed = 0" \
		" AND anchor BETWEEN 'link ' AND 'url!')"                \
		" THEN link_ends(p.zstd, p.size) ELSE '[]' END")

/* What `rule AS r` asks of `message AS m`, condition by condition; a rule matches where
 * all hold.  :allow is RULE_ALLOW, and the parameters of
 * RULE_KIN are rule_bind_kin()'s. */
#define RULE_RESTS                                                                            \
	"((r.account IS NULL OR r.account = m.account)"                                       \
	" AND (r.domain IS NULL OR CASE r.kind WHEN :allow"                                   \
	"  THEN r.domain = m.identity_domain COLLATE NOCASE"                                  \
	"  ELSE under('@' || r.domain, m.domain) AND (r.domain = m.domain"                    \
	"   OR under(m.from_address, r.domain) OR under('@' || m.identity_domain, r.domain))" \
	"  END)"                                                                              \
	" AND (r.sender IS NULL OR r.sender = m.sender COLLATE NOCASE"                        \
	"  OR r.sender = m.from_address COLLATE NOCASE)"                                      \
	" AND (r.link IS NULL OR EXISTS (SELECT 1 FROM " LINKS_OF_M " l"                      \
	"  WHERE (r.link = l.domain OR (under('@' || r.link, l.domain)"                       \
	"   AND under('@' || host(l.final), r.link)))))"                                      \
	" AND (r.url IS NULL OR EXISTS (SELECT 1 FROM " LINKS_OF_M " l"                       \
	"  WHERE under('@' || host(r.url), l.domain) AND normal_url(l.final) = r.url))"       \
	" AND (r.file IS NULL OR EXISTS (SELECT 1 FROM attachment a"                          \
	"  WHERE a.message = m.id AND a.sha256 = r.file))"                                    \
	" AND (r.campaign IS NULL OR r.campaign = m.campaign))"
#define RULE_PROVEN                             \
	"(m.account_signed AND m.authenticated" \
	" AND m.account IS NOT NULL AND m.identity_domain IS NOT NULL)"
#define RULE_VOUCHED "(r.kind <> :allow OR " RULE_PROVEN ")"
#define RULE_REACHES                                                                      \
	"(r.recipients = '[]' OR NOT EXISTS (SELECT 1 FROM recipient t"                   \
	" WHERE t.message = m.id AND NOT EXISTS (SELECT 1 FROM json_each(r.recipients) s" \
	"  WHERE s.value = t.address COLLATE NOCASE OR under(t.address, s.value))))"
#define RULE_FROM                                                                     \
	"(r.from_domains = '[]' OR EXISTS (SELECT 1 FROM json_each(r.from_domains) s" \
	" WHERE under(m.from_address, s.value)))"
#define RULE_LIFTS                                                                   \
	"(r.lifts IS NULL OR NOT EXISTS (SELECT 1 FROM finding f"                    \
	" WHERE f.message = m.id AND f.weight > 0 AND f.id <> '" HISTORY_LEARNED "'" \
	" AND f.id NOT IN (SELECT s.value FROM json_each(r.lifts) s)))"
#define RULE_MATCHES \
	RULE_RESTS " AND " RULE_VOUCHED " AND " RULE_REACHES " AND " RULE_FROM " AND " RULE_LIFTS
/* Anybody can link to a shop, or copy what it writes, and so drag the shop's mail into their
 * own campaign.  What comes is settled by a rule that rests on nothing but its campaign only
 * where it shares an edge most of whose latest messages are blocked, and a link to the domain
 * that is vouched for is the sender's own; or where a person joined the campaign. */
#define RULE_KIN                                                                             \
	"(r.kind = :allow OR r.campaign IS NULL"                                             \
	" OR coalesce(r.account, r.domain, r.sender, r.link, r.url, r.file) IS NOT NULL"     \
	" OR EXISTS (SELECT 1 FROM edge p WHERE p.campaign = m.campaign"                     \
	"  AND p.kind = :person AND p.messages > 1)"                                         \
	" OR EXISTS (SELECT 1 FROM message_edge k JOIN edge e ON e.id = k.edge"              \
	"  WHERE k.message = m.id AND e.campaign = m.campaign"                               \
	"  AND NOT (e.kind = :link AND m.authenticated"                                      \
	"   AND under('@' || m.identity_domain, e.value))"                                   \
	"  AND (SELECT 2 * sum(o.state = :blocked) > count(*) FROM"                          \
	"   (SELECT x.message FROM message_edge x WHERE x.edge = e.id AND x.message <> m.id" \
	"    ORDER BY x.message DESC LIMIT 64) x JOIN message o ON o.id = x.message)))"

/* It has not expired at :now. */
#define RULE_LIVES                             \
	"((r.expires = 0 OR r.expires > :now)" \
	" AND (r.idle = 0 OR max(r.created, r.last_hit) + r.idle > :now))"

/* The table `found (id)`: messages among which are all that a rule of RULE_GIVEN matches,
 * by the index of what is rarest in it.  What is no index's is read through. */
#define RULE_CANDIDATES                                                                             \
	"found (id) AS ("                                                                           \
	"SELECT a.message FROM attachment a WHERE :file IS NOT NULL AND a.sha256 = :file"           \
	" UNION SELECT l.message FROM link_domain l WHERE :file IS NULL"                            \
	"  AND coalesce(:url, :link) IS NOT NULL"                                                   \
	"  AND l.domain IN (SELECT p.value FROM json_each(parents(coalesce(host(:url), :link))) p)" \
	" UNION SELECT m.id FROM message m"                                                         \
	"  WHERE coalesce(:file, :url, :link) IS NULL AND :campaign IS NOT NULL"                    \
	"  AND m.campaign = :campaign"                                                              \
	" UNION SELECT m.id FROM message m"                                                         \
	"  WHERE coalesce(:file, :url, :link, :campaign) IS NULL AND :account IS NOT NULL"          \
	"  AND m.account = :account"                                                                \
	" UNION SELECT m.id FROM message m"                                                         \
	"  WHERE coalesce(:file, :url, :link, :campaign, :account) IS NULL"                         \
	"  AND :domain IS NOT NULL"                                                                 \
	"  AND m.domain IN (SELECT p.value FROM json_each(parents(:domain)) p)"                     \
	" UNION SELECT m.id FROM message m"                                                         \
	"  WHERE coalesce(:file, :url, :link, :campaign, :account, :domain) IS NULL"                \
	"  AND :sender IS NOT NULL AND (m.sender = :sender COLLATE NOCASE"                          \
	"   OR m.from_address = :sender COLLATE NOCASE))"

/* The table `mark (value)`: rule.anchor of each rule that message :message could match, for
 * the index rule_by_anchor.  What only links tell is asked only where a rule asks it. */
#define RULE_MARKS                                                                                \
	"mark (value) AS ("                                                                       \
	"SELECT 'account ' || m.account FROM message m WHERE m.id = :message"                     \
	" UNION SELECT 'domain ' || lower(m.domain) FROM message m WHERE m.id = :message"         \
	" UNION SELECT 'domain ' || p.value FROM message m, json_each(parents(m.from_address)) p" \
	"  WHERE m.id = :message"                                                                 \
	" UNION SELECT 'domain ' || p.value FROM message m,"                                      \
	"  json_each(parents(m.identity_domain)) p WHERE m.id = :message"                         \
	" UNION SELECT 'sender ' || lower(m.sender) FROM message m WHERE m.id = :message"         \
	" UNION SELECT 'sender ' || lower(m.from_address) FROM message m WHERE m.id = :message"   \
	" UNION SELECT 'campaign ' || m.campaign FROM message m WHERE m.id = :message"            \
	" UNION SELECT 'file ' || a.sha256 FROM attachment a WHERE a.message = :message"          \
	" UNION SELECT 'link ' || l.domain FROM " LINKS_OF_ONE " l"                               \
	"  WHERE EXISTS (SELECT 1 FROM rule WHERE removed = 0"                                    \
	"   AND anchor BETWEEN 'link ' AND 'link!')"                                              \
	" UNION SELECT 'link ' || p.value FROM"                                                   \
	"  (SELECT DISTINCT host(l.final) AS host FROM " LINKS_OF_ONE " l"                        \
	"   WHERE EXISTS (SELECT 1 FROM rule WHERE removed = 0"                                   \
	"    AND anchor BETWEEN 'link ' AND 'link!')) h, json_each(parents(h.host)) p"            \
	" UNION SELECT 'url ' || normal_url(l.final) FROM " LINKS_OF_ONE " l"                     \
	"  WHERE EXISTS (SELECT 1 FROM rule WHERE removed = 0"                                    \
	"   AND anchor BETWEEN 'url ' AND 'url!'))"

/* The rule that decided about m in the decision that stands, NULL where a person did or
 * nobody. */
#define DECIDING_RULE LEDGER_IN_FORCE("max(d.rule)")

#endif
