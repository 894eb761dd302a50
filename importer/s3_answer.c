#include "importer/s3_answer.h"

#include <string.h>

#include "importer/aws_xml.h"
#include "importer/source.h"
#include "mail/text.h"

enum {
	MAX_WORDS = 300, /* bytes of the server's words in an error */
};

/* <Error><Code>...</Code><Message>...</Message>...</Error> */
typedef struct Words {
	char *code; /* "": none */
	char *message;
	char *region;
} Words;

static void
words_clear(Words *words)
{
	g_free(words->code);
	g_free(words->message);
	g_free(words->region);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

static void
take(char **word, const char *text)
{
	g_free(*word);
	*word = text_utf8(text, strnlen(text, MAX_WORDS));
}

static void
on_end(const char *parent, const char *name, const char *text, void *data)
{
	Words *words = data;

	if (!text || strcmp(parent, "Error") != 0)
		return;
	if (strcmp(name, "Code") == 0)
		take(&words->code, text);
	else if (strcmp(name, "Message") == 0)
		take(&words->message, text);
	else if (strcmp(name, "Region") == 0)
		take(&words->region, text);
}

typedef struct Meaning {
	const char *code;
	S3Verdict verdict;
	ImportError error;
	const char *words; /* NULL: the server's */
} Meaning;

/* clang-format off */
static const Meaning meanings[] = {
	{ "SlowDown",              S3_AGAIN, IMPORT_ERROR_LOST, NULL },
	{ "InternalError",         S3_AGAIN, IMPORT_ERROR_LOST, NULL },
	{ "ServiceUnavailable",    S3_AGAIN, IMPORT_ERROR_LOST, NULL },
	{ "RequestTimeout",        S3_AGAIN, IMPORT_ERROR_LOST, NULL },
	{ "OperationAborted",      S3_AGAIN, IMPORT_ERROR_LOST, NULL },
	{ "TemporaryRedirect",     S3_AGAIN, IMPORT_ERROR_LOST, NULL },
	{ "ExpiredToken",          S3_STALE_KEYS, IMPORT_ERROR_NO_INPUT, "our credentials have expired" },
	{ "InvalidToken",          S3_STALE_KEYS, IMPORT_ERROR_NO_INPUT, "the server does not take our session token" },
	{ "InvalidAccessKeyId",    S3_STALE_KEYS, IMPORT_ERROR_NO_INPUT, "the server does not know our access key id" },
	{ "SignatureDoesNotMatch", S3_BAD, IMPORT_ERROR_NO_INPUT, "the server does not take our signature: is the secret access key that of the access key id?" },
	{ "RequestTimeTooSkewed",  S3_BAD, IMPORT_ERROR_IO, "the clock of this machine is wrong by more than the server allows, a quarter of an hour" },
	{ "NoSuchBucket",          S3_BAD, IMPORT_ERROR_NO_INPUT, "no such bucket" },
	{ "NoSuchKey",             S3_BAD, IMPORT_ERROR_VANISHED, "no such object" },
	{ "PreconditionFailed",    S3_BAD, IMPORT_ERROR_VANISHED, "it became another one since it was listed" },
	{ "InvalidObjectState",    S3_BAD, IMPORT_ERROR_REFUSED, "it is in an archive; restore it first" },
};
/* clang-format on */

static const Meaning *
meaning_of(const char *code)
{
	for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++)
		if (strcmp(meanings[i].code, code) == 0)
			return &meanings[i];
	return NULL;
}

/* Without words of its own, as a proxy on the way answers: by the number alone. */
static const char *
code_of(long status)
{
	switch (status) {
	case 404:
		return "NoSuchKey";
	case 412:
		return "PreconditionFailed";
	case 408:
	case 429:
	case 500:
	case 502:
	case 503:
	case 504:
		return "ServiceUnavailable";
	default:
		return "";
	}
}

static bool
is_elsewhere(const S3Answer *answer, const char *code)
{
	return answer->status == 301 || strcmp(code, "AuthorizationHeaderMalformed") == 0 ||
		strcmp(code, "IllegalLocationConstraintException") == 0 ||
		strcmp(code, "PermanentRedirect") == 0;
}

/* Rights on one object can be wrong where those on others are not. */
static void
set_refusal(const S3Answer *answer, const Words *words, const char *code, const Meaning *meaning,
	GError **error)
{
	ImportError kind = answer->about_object ? IMPORT_ERROR_REFUSED : IMPORT_ERROR_NO_INPUT;

	g_set_error(error, IMPORT_ERROR, (int)(meaning ? meaning->error : kind),
		"the server says %ld %s%s%s", answer->status, code, words->message ? ": " : "",
		words->message ? words->message : "");
}

static S3Verdict
judge(const S3Answer *answer, const Words *words, GError **error)
{
	const char *code = words->code && *words->code ? words->code : code_of(answer->status);
	const char *region = answer->region ? answer->region : words->region;
	const Meaning *meaning = meaning_of(code);

	if (is_elsewhere(answer, code) && region) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT,
			"the bucket is in the region %s (setting s3-region)", region);
		return S3_BAD;
	}
	if (meaning && meaning->words)
		g_set_error_literal(error, IMPORT_ERROR, (int)meaning->error, meaning->words);
	else
		set_refusal(answer, words, code, meaning, error);
	return meaning ? meaning->verdict : S3_BAD;
}

S3Verdict
s3_answer_judge(const S3Answer *answer, GError **error)
{
	g_auto(Words) words = { 0 };
	bool good = answer->status >= 200 && answer->status < 300;

	if (good && !answer->may_fail_late)
		return S3_GOOD;
	(void)aws_xml_read(answer->body, on_end, &words);
	return good && !words.code ? S3_GOOD : judge(answer, &words, error);
}
