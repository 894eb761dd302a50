#include "importer/queue_file.h"

#include <string.h>

#include "mail/address.h"

enum {
	RECORD_SIZE = 'C', /* the first one: sizes and counts, in fixed columns */
	RECORD_SENDER = 'S',
	RECORD_RECIPIENT = 'R', /* one that is done has been overwritten with D */
	RECORD_MESSAGE = 'M',
	RECORD_LINE = 'N',
	RECORD_PART_OF_LINE = 'L',
	RECORD_BEHIND = 'X', /* the message is over */
	RECORD_POINTER = 'p',
	RECORD_END = 'E',
	SIZE_AT_LEAST = 30,
};

typedef struct QueueFile {
	const char *bytes;
	size_t length;
	size_t at;
	Envelope *envelope;
	GByteArray *message;
	bool inside;   /* of the message */
	bool complete; /* the end was there */
} QueueFile;

typedef struct Record {
	int type;
	const char *bytes;
	size_t length;
} Record;

/* False where none is whole. */
static bool
next_record(QueueFile *file, Record *record)
{
	unsigned shift = 0;
	unsigned char byte;

	if (file->at >= file->length)
		return false;
	record->type = (unsigned char)file->bytes[file->at++];
	record->length = 0;
	do {
		if (file->at >= file->length || shift > 28)
			return false;
		byte = (unsigned char)file->bytes[file->at++];
		record->length |= (size_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (record->length > file->length - file->at)
		return false;
	record->bytes = file->bytes + file->at;
	file->at += record->length;
	return true;
}

bool
queue_file_is(const char *bytes, size_t length)
{
	QueueFile file = { .bytes = bytes, .length = length };
	Record record = { 0 };
	size_t digits = 0;

	if (!next_record(&file, &record) || record.type != RECORD_SIZE)
		return false;
	while (digits < record.length &&
		(record.bytes[digits] == ' ' || g_ascii_isdigit(record.bytes[digits])))
		digits++;
	return digits == record.length && digits >= SIZE_AT_LEAST;
}

/* To an offset in the file; 0 is the next record (Postfix fills it in when it needs one). */
static void
follow(QueueFile *file, const char *text)
{
	guint64 offset = g_ascii_strtoull(text, NULL, 10);

	if (offset > 0)
		file->at = MIN(offset, file->length);
}

/* Addresses are kept without quotes; one that nothing can be sent to is left out. */
static void
add_recipient(GPtrArray *recipients, const char *text)
{
	char *address = address_for_envelope(text);

	if (address)
		g_ptr_array_add(recipients, address);
}

static void
take(QueueFile *file, const Record *record)
{
	g_autofree char *text = NULL;

	if (record->type == RECORD_LINE || record->type == RECORD_PART_OF_LINE) {
		if (!file->inside)
			return;
		g_byte_array_append(
			file->message, (const guint8 *)record->bytes, (guint)record->length);
		if (record->type == RECORD_LINE)
			g_byte_array_append(file->message, (const guint8 *)"\n", 1);
		return;
	}
	text = g_strndup(record->bytes, record->length);
	switch (record->type) {
	case RECORD_SENDER:
		g_free(file->envelope->sender);
		file->envelope->sender = *text ? address_for_envelope(text) : g_strdup("");
		break;
	case RECORD_RECIPIENT:
		add_recipient(file->envelope->recipients, text);
		break;
	case RECORD_POINTER:
		follow(file, text);
		break;
	case RECORD_MESSAGE:
		file->inside = true;
		break;
	case RECORD_BEHIND:
		file->inside = false;
		break;
	case RECORD_END:
		file->complete = true;
		break;
	}
}

/* Pointers may lead in circles: more records than bytes there are not. */
static const char *
read_records(QueueFile *file)
{
	Record record = { 0 };

	for (size_t count = 0; !file->complete && next_record(file, &record); count++) {
		take(file, &record);
		if (file->message->len > SOURCE_MAX_MESSAGE)
			return SOURCE_TOO_LARGE;
		if (count > file->length)
			return "a damaged queue file: its records lead in a circle";
	}
	if (!file->complete)
		return "a queue file that breaks off";
	return file->message->len > 0 ? NULL : "a queue file without a message";
}

const char *
queue_file_open(SourceItem *item)
{
	g_autoptr(Envelope) envelope = envelope_new();
	g_autoptr(GByteArray) message = g_byte_array_new();
	QueueFile file = { .envelope = envelope, .message = message };
	const char *fault;

	file.bytes = g_bytes_get_data(item->raw, &file.length);
	fault = read_records(&file);
	if (fault)
		return fault;
	g_bytes_unref(item->raw);
	item->raw = g_byte_array_free_to_bytes(g_steal_pointer(&message));
	envelope_drop_doubles(envelope);
	item->envelope = g_steal_pointer(&envelope);
	return NULL;
}
