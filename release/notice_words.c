#include "release/notice_words.h"

// clang-format off
static const NoticeWords words[] = {
	[NOTICE_EN] = {
		.subject = "Subject: ",
		.check = { "*** DRAFT: A PERSON MUST CHECK THIS BEFORE IT IS SENT ***\n"
			"lazaret made it from campaign ", " of the quarantine. Check each fact below, fill in what is"
			" missing, then delete everything down to the line.", "" },
		.why = { "Priority: ", "." },
		.and = "; ",
		.comma = ", ",
		.given = "as given",
		.reached = { "it was delivered to ", "" },
		.secrets = "it asks for passwords or the like, or borrows a name to lead people to a page",
		.files_run = "what it brings can run a program",
		.recent = "it came within the last 24 hours",
		.quiet = "nothing of it was delivered by this quarantine, and it is not of the last 24 hours",
		.unlooked = { "Not all was looked at: examples and indicators are of the ", " most dangerous of ", "." },
		.purged = { "The mail of ", " was purged: what it held is not among the examples and indicators." },
		.proven = "signed by it (DKIM)",
		.claimed = "NOT vouched for, perhaps forged: do not block it",
		.proven_account = "proven by Amazon's signature",
		.claimed_account = "NOT proven, perhaps forged: do not block it",
		.more = { "and ", " more" },
	},
	[NOTICE_JA] = {
		.subject = "件名：",
		.check = { "【下書き：送信前に必ず担当者が内容を確認してください】\n"
			"この文面は、lazaretが隔離メールのキャンペーン", "の情報をもとに自動作成したものです。"
			"事実関係を確認し、不足を補ったうえで、区切り線より上を削除してから送信してください。", "" },
		.why = { "優先度の理由：", "。" },
		.and = "、",
		.comma = "、",
		.given = "担当者が指定",
		.reached = { "", "に配信済み" },
		.secrets = "認証情報などの入力を求める、または実在の名称をかたって偽サイトへ誘導する内容",
		.files_run = "添付ファイルまたはリンクからプログラムが実行されるおそれ",
		.recent = "直近24時間以内に受信",
		.quiet = "隔離からの配信はなく、直近24時間以内の受信もない",
		.unlooked = { "注意：例および指標は、危険度の高い", "のみから抽出しています（全", "）。" },
		.purged = { "注意：", "は本文等を削除済みのため、例および指標には含まれていません。" },
		.proven = "DKIM署名で確認済み",
		.claimed = "未認証・詐称の可能性あり、遮断対象にしないこと",
		.proven_account = "Amazonの署名で確認済み",
		.claimed_account = "署名未確認・詐称の可能性あり、遮断対象にしないこと",
		.more = { "ほか", "件" },
	},
};

static const char *const priorities[NOTICE_LANGUAGES][NOTICE_PRIORITIES] = {
	[NOTICE_EN] = { [NOTICE_URGENT] = "Urgent", [NOTICE_HIGH] = "High", [NOTICE_NORMAL] = "Normal" },
	[NOTICE_JA] = { [NOTICE_URGENT] = "緊急", [NOTICE_HIGH] = "高", [NOTICE_NORMAL] = "通常" },
};

/* Monday is 1, as GLib has it. */
static const char *const weekdays[NOTICE_LANGUAGES][8] = {
	[NOTICE_EN] = { "", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" },
	[NOTICE_JA] = { "", "月", "火", "水", "木", "金", "土", "日" },
};
// clang-format on

static const char *const months[] = { "", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
	"Sep", "Oct", "Nov", "Dec" };

const NoticeWords *
notice_words(NoticeLanguage language)
{
	return &words[language];
}

const char *
notice_priority_words(NoticeLanguage language, NoticePriority priority)
{
	return priorities[language][priority];
}

static char *
counted(int64_t count, const char *one, const char *several)
{
	return g_strdup_printf("%" G_GINT64_FORMAT "%s", count, count == 1 ? one : several);
}

char *
notice_messages(NoticeLanguage language, int64_t count)
{
	return language == NOTICE_JA ? counted(count, "通", "通")
				     : counted(count, " message", " messages");
}

char *
notice_people(NoticeLanguage language, int64_t count)
{
	return language == NOTICE_JA ? counted(count, "名", "名")
				     : counted(count, " person", " people");
}

char *
notice_volume(NoticeLanguage language, int64_t messages, int64_t people, bool more)
{
	g_autofree char *all = notice_messages(language, messages);
	g_autofree char *to = notice_people(language, people);

	if (people == 0)
		return language == NOTICE_JA ? g_strconcat("計", all, NULL) : g_steal_pointer(&all);
	if (language == NOTICE_JA)
		return g_strdup_printf("%s%s宛てに計%s", to, more ? "以上" : "", all);
	return g_strdup_printf("%s to %s%s", all, more ? "at least " : "", to);
}

char *
notice_share(NoticeLanguage language, int count, int of)
{
	return language == NOTICE_JA ? g_strdup_printf("%d通中%d通", of, count)
				     : g_strdup_printf("seen in %d of %d", count, of);
}

static GDateTime *
local_time(int64_t at, GTimeZone *zone)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at);

	return utc ? g_date_time_to_timezone(utc, zone) : NULL;
}

static char *
day_words(NoticeLanguage language, GDateTime *time)
{
	const char *weekday = weekdays[language][g_date_time_get_day_of_week(time)];
	int year = g_date_time_get_year(time);
	int month = g_date_time_get_month(time);
	int day = g_date_time_get_day_of_month(time);

	return language == NOTICE_JA
		? g_strdup_printf("%d年%d月%d日（%s）", year, month, day, weekday)
		: g_strdup_printf("%s %d %s %d", weekday, day, months[month], year);
}

char *
notice_day(NoticeLanguage language, int64_t at, GTimeZone *zone)
{
	g_autoptr(GDateTime) time = local_time(at, zone);

	return time ? day_words(language, time) : g_strdup("?");
}

char *
notice_when(NoticeLanguage language, int64_t at, GTimeZone *zone)
{
	g_autoptr(GDateTime) time = local_time(at, zone);
	g_autofree char *day = time ? day_words(language, time) : NULL;

	if (!time)
		return g_strdup("?");
	return g_strdup_printf(language == NOTICE_JA ? "%s%02d:%02d（%s）" : "%s, %02d:%02d (%s)",
		day, g_date_time_get_hour(time), g_date_time_get_minute(time),
		g_date_time_get_timezone_abbreviation(time));
}
