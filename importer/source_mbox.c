#include "importer/file.h"
#include "importer/mbox.h"
#include "importer/mbox_mark.h"
#include "importer/sniff.h"
#include "importer/source.h"
#include "mail/from_line.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_SIZE = 256 * 1024,
	WINDOW_LARGE = 8 * 1024 * 1024,
	NEEDLE_SIZE = 8, /* blank line and From_, less a byte */
};

/* The file as a stream through a window that holds the message being read, so
 * that memory does not grow with the file. */
typedef struct Mbox {
	char *path;
	int descriptor; /* of the same file, for marks; -1: it is packed */
	const SourceSeen *seen;
	gzFile file;
	GByteArray *window;
	size_t start;    /* of the message's From_ line in the window */
	bool ended;      /* the whole file went through the window */
	MboxPlace place; /* of that From_ line, where the file is not packed */
	GError *failure; /* the stream broke: said after the last whole message */
} Mbox;

static void
mbox_close(void *state)
{
	Mbox *mbox = state;

	if (!mbox)
		return;
	g_free(mbox->path);
	if (mbox->file)
		gzclose(mbox->file);
	if (mbox->descriptor >= 0)
		close(mbox->descriptor);
	g_byte_array_unref(mbox->window);
	g_clear_error(&mbox->failure);
	g_free(mbox);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mbox, mbox_close)

static bool
mbox_detect(const SourceProbe *probe)
{
	/* An empty file is an empty mailbox: what a mail spool is on most days. */
	return !probe->folder && !sniff_message_name(probe->path) &&
		(probe->length == 0 || sniff_mbox(probe->head, probe->length));
}

static bool
is_watched(const Mbox *mbox)
{
	return mbox->seen && mbox->seen->changing;
}

static const char *
at(const Mbox *mbox, size_t offset)
{
	return (const char *)mbox->window->data + mbox->start + offset;
}

static size_t
available(const Mbox *mbox)
{
	return mbox->window->len - mbox->start;
}

/* On to what stands @length bytes behind. */
static void
go_on(Mbox *mbox, size_t length)
{
	mbox->start += length;
	mbox->place.offset += (int64_t)length;
}

/* Room for more: what lies before the message goes once it is the larger half, so that no
 * byte is moved more often than a byte was read. */
static void
slide(Mbox *mbox)
{
	if (mbox->start < available(mbox))
		return;
	if (mbox->window->len > WINDOW_LARGE && available(mbox) < READ_SIZE) {
		/* One huge message must not keep its memory for the rest of the file. */
		g_autoptr(GByteArray) window = g_byte_array_new();

		g_byte_array_append(window, (const guint8 *)at(mbox, 0), (guint)available(mbox));
		g_byte_array_unref(mbox->window);
		mbox->window = g_steal_pointer(&window);
	} else {
		g_byte_array_remove_range(mbox->window, 0, (guint)mbox->start);
	}
	mbox->start = 0;
}

/* Reads on until @want bytes from the message's start are there.  False at the end. */
static bool
fill(Mbox *mbox, size_t want)
{
	while (available(mbox) < want && !mbox->ended) {
		guint end;
		ssize_t length;

		slide(mbox);
		end = mbox->window->len;
		g_byte_array_set_size(mbox->window, end + READ_SIZE);
		length = file_read_stream(mbox->file, mbox->path, mbox->window->data + end,
			READ_SIZE, &mbox->failure);
		mbox->ended = length <= 0;
		g_byte_array_set_size(mbox->window, end + (guint)MAX(length, 0));
	}
	return available(mbox) >= want;
}

/* A mailbox that is watched is read on from where its last message stood: more may be behind,
 * or what was behind was half of one. */
static bool
open_stream(Mbox *mbox, const SourceOpening *opening, GError **error)
{
	int file = file_open(opening->path, FILE_FOLLOW, error);

	if (file < 0)
		return false;
	if (is_watched(mbox) && !file_is_gzip(file))
		mbox->descriptor = fcntl(file, F_DUPFD_CLOEXEC, 0);
	if (mbox->descriptor >= 0 && opening->mark &&
		!mbox_mark_find(mbox->descriptor, opening->mark, &mbox->place))
		mbox->place = (MboxPlace){ 0 };
	if (lseek(file, mbox->place.offset, SEEK_SET) < 0) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_IO, "%s: %s", mbox->path,
			g_strerror(errno));
		close(file);
		return false;
	}
	mbox->file = file_stream_of(file);
	return true;
}

static void *
mbox_open(const SourceOpening *opening, GError **error)
{
	g_autoptr(Mbox) mbox = g_new0(Mbox, 1);

	mbox->path = g_strdup(opening->path);
	mbox->descriptor = -1;
	mbox->seen = opening->seen;
	mbox->window = g_byte_array_new();
	if (!open_stream(mbox, opening, error))
		return NULL;
	fill(mbox, 1);
	if (mbox->failure) {
		g_propagate_error(error, g_steal_pointer(&mbox->failure));
		return NULL;
	}
	if (available(mbox) > 0 && !sniff_mbox(at(mbox, 0), available(mbox))) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"%s: no mbox, it does not begin with a From_ line", opening->path);
		return NULL;
	}
	return g_steal_pointer(&mbox);
}

static bool
is_separator_at(Mbox *mbox, size_t offset)
{
	fill(mbox, offset + FROM_LINE_LOOK);
	return from_line_is(at(mbox, offset), available(mbox) - offset);
}

/* Offsets in the window, from the message's From_ line. */
typedef struct Extent {
	size_t end;     /* of the message */
	size_t next;    /* of the next From_ line, or the file's end */
	bool exact;     /* by Content-Length: there is nothing to unquote */
	bool oversized; /* its beginning has left the window */
} Extent;

/* By Content-Length (mboxcl, mboxcl2): believed only when the next From_ line,
 * or the file's end, really stands where it says. */
static bool
extent_by_length(Mbox *mbox, Extent *extent)
{
	size_t header;
	size_t end;
	size_t blank = 0;

	fill(mbox, READ_SIZE);
	header = mbox_header_end(at(mbox, 0), MIN(available(mbox), READ_SIZE));
	if (header == 0 || !mbox_content_length(at(mbox, 0), header, &end))
		return false;
	end += header;
	fill(mbox, end + FROM_LINE_LOOK);
	if (available(mbox) < end)
		return false;

	/* Some do not count the message's last line end: then two stand here. */
	*extent = (Extent){ .end = end, .next = end, .exact = true };
	for (int i = 0; i < 2; i++) {
		blank = mbox_line_end(at(mbox, extent->next), available(mbox) - extent->next);
		if (blank > 0)
			extent->end = extent->next;
		extent->next += blank;
	}
	if (extent->next == available(mbox))
		return true;
	return at(mbox, extent->next)[-1] == '\n' && is_separator_at(mbox, extent->next);
}

/* The next From_ line in the window behind *@offset, which moves on to it, or to
 * where the search is to go on when there is more. */
static bool
find_separator(Mbox *mbox, size_t *offset)
{
	const char *found;

	while ((found = memmem(at(mbox, *offset), available(mbox) - *offset, "\nFrom ", 6))) {
		*offset = (size_t)(found - at(mbox, 0)) + 1;
		if (mbox_after_blank_line(at(mbox, 0), *offset) && is_separator_at(mbox, *offset))
			return true;
	}
	/* The needle may stand across the window's end. */
	*offset = MAX(*offset, available(mbox) - MIN(available(mbox), NEEDLE_SIZE));
	return false;
}

/* By the next From_ line. */
static void
extent_by_separator(Mbox *mbox, Extent *extent)
{
	size_t offset = 0;

	*extent = (Extent){ 0 };
	while (!find_separator(mbox, &offset)) {
		if (offset > SOURCE_MAX_MESSAGE || (extent->oversized && offset > READ_SIZE)) {
			extent->oversized = true;
			go_on(mbox, offset - NEEDLE_SIZE);
			offset = NEEDLE_SIZE;
		}
		if (!fill(mbox, available(mbox) + 1)) {
			offset = available(mbox);
			break;
		}
	}
	extent->next = offset;
	extent->end = mbox_without_blank_line(at(mbox, 0), offset);
}

static SourceNext
take(const Mbox *mbox, const Extent *extent, SourceItem *item, GError **error)
{
	g_autofree char *origin =
		g_strdup_printf("mbox:%s#%" G_GINT64_FORMAT, mbox->path, mbox->place.number + 1);
	const char *line = at(mbox, 0);
	const char *newline = memchr(line, '\n', extent->end);
	const char *message = newline ? newline + 1 : line + extent->end;
	size_t length = extent->end - (size_t)(message - line);

	if (extent->oversized || length > SOURCE_MAX_MESSAGE) {
		g_set_error(
			error, IMPORT_ERROR, IMPORT_ERROR_DATA, "%s: " SOURCE_TOO_LARGE, origin);
		return SOURCE_SKIP;
	}
	if (length == 0) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA, "%s: empty, no message in it",
			origin);
		return SOURCE_SKIP;
	}
	item->sender = from_line_sender(line, extent->end - length);
	item->origin = g_steal_pointer(&origin);
	item->raw = extent->exact ? g_bytes_new(message, length) : mbox_unquote(message, length);
	return SOURCE_ITEM;
}

/* At the file's end another writer may be at work. */
static bool
may_be_half(const Mbox *mbox)
{
	struct stat status;

	return mbox->descriptor >= 0 && fstat(mbox->descriptor, &status) == 0 &&
		file_is_changing(mbox->path, &status, true, mbox->seen);
}

/* Takes the message of @extent, and goes on behind it. */
static SourceNext
take_and_go_on(Mbox *mbox, const Extent *extent, SourceItem *item, GError **error)
{
	MboxPlace here = mbox->place;
	bool last = extent->next == available(mbox);
	SourceNext next;

	if (last && may_be_half(mbox))
		next = SOURCE_LATER;
	else
		next = take(mbox, extent, item, error);
	go_on(mbox, extent->next);
	mbox->place.number++;
	if (next == SOURCE_ITEM && mbox->descriptor >= 0)
		item->mark = mbox_mark(mbox->descriptor, last ? here : mbox->place);
	return next;
}

static SourceNext
mbox_next(void *state, SourceItem *item, GError **error)
{
	Mbox *mbox = state;
	Extent extent;
	SourceNext next = SOURCE_END;

	if (fill(mbox, 1)) {
		if (!extent_by_length(mbox, &extent))
			extent_by_separator(mbox, &extent);
		/* Where the stream broke, half a message must not be taken for a whole. */
		if (!mbox->failure || extent.next < available(mbox))
			next = take_and_go_on(mbox, &extent, item, error);
		else
			go_on(mbox, extent.next);
	}
	if (next != SOURCE_END || !mbox->failure)
		return next;
	g_propagate_error(error, g_steal_pointer(&mbox->failure));
	return SOURCE_FAILED;
}

extern const SourceKind source_mbox;
const SourceKind source_mbox = {
	.name = "mbox",
	.summary = "an mbox (mboxo, mboxrd, mboxcl), plain or .gz",
	.swift = true,
	.several = true,
	.news = NEWS_OF_FILE,
	.detect = mbox_detect,
	.open = mbox_open,
	.next = mbox_next,
	.close = mbox_close,
};
