#include "mail/shipped.h"
#include "release/notice.h"

// clang-format off
const NoticePlaceName notice_places[NOTICE_PLACES] = {
	[NOTICE_CAMPAIGN]     = { "campaign", "the campaign's number" },
	[NOTICE_PRIORITY]     = { "priority", "how urgent it is, in a word" },
	[NOTICE_DEADLINE]     = { "deadline", "day and time by which something is to be done" },
	[NOTICE_DATE]         = { "date", "today" },
	[NOTICE_CONTACT]      = { "contact", "whom to turn to: --contact" },
	[NOTICE_MESSAGES]     = { "messages", "how many messages it has: \"12 messages\"" },
	[NOTICE_RECIPIENTS]   = { "recipients", "to how many people, as far as that is known: \"7 people\"" },
	[NOTICE_VOLUME]       = { "volume", "both: \"12 messages to 7 people\"" },
	[NOTICE_FIRST]        = { "first", "when the first of it was received" },
	[NOTICE_LAST]         = { "last", "and the last" },
	[NOTICE_ONCE]         = { "once", "there where that is one day: the day" },
	[NOTICE_SPAN]         = { "span", "there where these are two days: the first day" },
	[NOTICE_HELD]         = { "held", "how many messages are held" },
	[NOTICE_RELEASED]     = { "released", "how many are released" },
	[NOTICE_BLOCKED]      = { "blocked", "how many are blocked" },
	[NOTICE_DELIVERED]    = { "delivered", "how many left for their recipients, or may have; none where none did" },
	[NOTICE_DELIVERED_TO] = { "delivered-to", "to how many people" },
	[NOTICE_BRANDS]       = { "brands", "whose names it borrows" },
	[NOTICE_SECRETS]      = { "secrets", "there where it wants passwords or the like, or borrows a name" },
	[NOTICE_FILES_RUN]    = { "files-run", "there where what it brings can run a program" },
	[NOTICE_MONEY]        = { "money", "there where it is about money" },
	[NOTICE_LOOKED_AT]    = { "looked-at", "how many messages examples are from, where that is not all" },
	[NOTICE_SUBJECTS]     = { "subjects", "list: {value} {count}", .list = true },
	[NOTICE_SENDERS]      = { "senders", "list: names and addresses in From: {value} {count}", .list = true },
	[NOTICE_SIGNS]        = { "signs", "list: what was found: {id} {value} {example} {count}", .list = true },
	[NOTICE_ACCOUNTS]     = { "accounts", "list: of Amazon SES: {value} {region} {proven} {count}", .list = true },
	[NOTICE_DOMAINS]      = { "domains", "list: of From: {value} {proven} {count}", .list = true },
	[NOTICE_SITES]        = { "sites", "list: domains that links lead to: {value} {count}", .list = true },
	[NOTICE_URLS]         = { "urls", "list: where links lead at hosts of many: {value} {count}", .list = true },
	[NOTICE_FILES]        = { "files", "list: attachments: {value} is the SHA-256, {name} {count}", .list = true },
	[NOTICE_VALUE]        = { "value", "the item itself", .item = true },
	[NOTICE_EXAMPLE]      = { "example", "what of a mail shows it", .item = true },
	[NOTICE_COUNT]        = { "count", "in how many messages, of how many", .item = true },
	[NOTICE_ID]           = { "id", "the finding's name", .item = true },
	[NOTICE_PROVEN]       = { "proven", "whether it is vouched for", .item = true },
	[NOTICE_REGION]       = { "region", "of Amazon's", .item = true },
	[NOTICE_NAME]         = { "name", "the file's", .item = true },
};

static const char *const templates[NOTICE_AUDIENCES][NOTICE_LANGUAGES] = {
	[NOTICE_STAFF]  = { shipped_notices_staff_en, shipped_notices_staff_ja },
	[NOTICE_ADMINS] = { shipped_notices_admins_en, shipped_notices_admins_ja },
};
// clang-format on

static const char *const signs[NOTICE_LANGUAGES] = { shipped_notices_signs_en,
	shipped_notices_signs_ja };
static const char *const audiences[] = { [NOTICE_STAFF] = "staff", [NOTICE_ADMINS] = "admins" };
static const char *const languages[] = { [NOTICE_EN] = "en", [NOTICE_JA] = "ja" };
static const char *const priorities[] = {
	[NOTICE_URGENT] = "urgent", [NOTICE_HIGH] = "high", [NOTICE_NORMAL] = "normal"
};

const char *
notice_template_shipped(NoticeAudience audience, NoticeLanguage language)
{
	return templates[audience][language];
}

const char *
notice_signs_shipped(NoticeLanguage language)
{
	return signs[language];
}

const char *
notice_audience_name(NoticeAudience audience)
{
	return audiences[audience];
}

const char *
notice_language_name(NoticeLanguage language)
{
	return languages[language];
}

const char *
notice_priority_name(NoticePriority priority)
{
	return priorities[priority];
}
