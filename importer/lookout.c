#include "importer/lookout.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
	READ_SIZE = 64 * 1024,
	EVENTS = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |
		IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK | IN_MASK_ADD,
};

/* Whose a watch is. */
typedef struct Post {
	void *owner;
	char *folder;    /* as the owner calls it */
	char *name;      /* the one that is watched; NULL: all */
	uint32_t cookie; /* of the move that took it away */
} Post;

/* One watch of the kernel's. */
typedef struct Spot {
	int watch;
	GPtrArray *posts; /* of Post, owned */
} Spot;

struct Lookout {
	int descriptor;
	GHashTable *spots; /* by their .watch */
	GQueue *sightings; /* of Sighting, owned */
	char *events;      /* READ_SIZE bytes to read them into */
};

void
sighting_clear(Sighting *sighting)
{
	g_clear_pointer(&sighting->path, g_free);
}

static void
sighting_free(void *data)
{
	sighting_clear(data);
	g_free(data);
}

static void
post_free(void *data)
{
	Post *post = data;

	g_free(post->folder);
	g_free(post->name);
	g_free(post);
}

static void
spot_free(void *data)
{
	Spot *spot = data;

	g_ptr_array_unref(spot->posts);
	g_free(spot);
}

Lookout *
lookout_new(void)
{
	int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	Lookout *lookout = descriptor < 0 ? NULL : g_new0(Lookout, 1);

	if (!lookout)
		return NULL;
	lookout->descriptor = descriptor;
	lookout->spots = g_hash_table_new_full(g_int_hash, g_int_equal, NULL, spot_free);
	lookout->sightings = g_queue_new();
	lookout->events = g_malloc(READ_SIZE);
	return lookout;
}

void
lookout_free(Lookout *lookout)
{
	if (!lookout)
		return;
	close(lookout->descriptor);
	g_hash_table_unref(lookout->spots);
	g_queue_free_full(lookout->sightings, sighting_free);
	g_free(lookout->events);
	g_free(lookout);
}

int
lookout_descriptor(const Lookout *lookout)
{
	return lookout->descriptor;
}

/* ---- what is watched ---- */

static Spot *
spot_of(Lookout *lookout, int watch)
{
	Spot *spot = g_hash_table_lookup(lookout->spots, &watch);

	if (spot)
		return spot;
	spot = g_new0(Spot, 1);
	spot->watch = watch;
	spot->posts = g_ptr_array_new_with_free_func(post_free);
	g_hash_table_insert(lookout->spots, &spot->watch, spot);
	return spot;
}

static bool
has_post(const Spot *spot, const void *owner, const char *folder, const char *name)
{
	for (guint i = 0; i < spot->posts->len; i++) {
		const Post *post = g_ptr_array_index(spot->posts, i);

		if (post->owner == owner && strcmp(post->folder, folder) == 0 &&
			g_strcmp0(post->name, name) == 0)
			return true;
	}
	return false;
}

int
lookout_add(Lookout *lookout, void *owner, const char *folder, const char *name)
{
	/* A link on the way to one name is followed; what stands in a tree is no link. */
	uint32_t events = EVENTS | (name ? 0 : IN_DONT_FOLLOW);
	int watch = inotify_add_watch(lookout->descriptor, folder, events);
	Spot *spot;
	Post *post;

	if (watch < 0)
		return errno;
	spot = spot_of(lookout, watch);
	if (has_post(spot, owner, folder, name))
		return 0;
	post = g_new0(Post, 1);
	post->owner = owner;
	post->folder = g_strdup(folder);
	post->name = g_strdup(name);
	g_ptr_array_add(spot->posts, post);
	return 0;
}

/* Takes away the posts of @owner, those at or below @folder alone unless that is NULL. */
static void
withdraw(Lookout *lookout, const void *owner, const char *folder)
{
	size_t length = folder ? strlen(folder) : 0;
	GHashTableIter iterator;
	void *value;

	g_hash_table_iter_init(&iterator, lookout->spots);
	while (g_hash_table_iter_next(&iterator, NULL, &value)) {
		Spot *spot = value;

		for (guint i = spot->posts->len; i-- > 0;) {
			const Post *post = g_ptr_array_index(spot->posts, i);
			char end = '\0';

			if (folder && strncmp(post->folder, folder, length) != 0)
				continue;
			if (folder)
				end = post->folder[length];
			if (post->owner == owner && (end == '\0' || end == '/'))
				g_ptr_array_remove_index_fast(spot->posts, i);
		}
		if (spot->posts->len > 0)
			continue;
		(void)inotify_rm_watch(lookout->descriptor, spot->watch);
		g_hash_table_iter_remove(&iterator);
	}
}

void
lookout_forget(Lookout *lookout, const void *owner)
{
	withdraw(lookout, owner, NULL);
}

/* ---- what happens ---- */

static void
tell(Lookout *lookout, SightingKind kind, const Post *post, const char *name, uint32_t cookie)
{
	Sighting *sighting = g_new0(Sighting, 1);

	sighting->kind = kind;
	sighting->cookie = cookie;
	if (post) {
		sighting->owner = post->owner;
		sighting->path =
			name ? g_build_filename(post->folder, name, NULL) : g_strdup(post->folder);
	}
	g_queue_push_tail(lookout->sightings, sighting);
}

/* Of the folder itself. */
static bool
tell_of_folder(Lookout *lookout, const Post *post, uint32_t mask)
{
	if (mask & IN_UNMOUNT)
		tell(lookout, SIGHTED_UNMOUNTED, post, NULL, 0);
	else if (mask & (IN_DELETE_SELF | IN_MOVE_SELF))
		tell(lookout, SIGHTED_LOST, post, NULL, 0);
	return mask & (IN_UNMOUNT | IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED);
}

static bool
is_watched(const Post *post, const struct inotify_event *event)
{
	return !post->name || strcmp(post->name, event->name) == 0 ||
		(event->mask & IN_MOVED_TO && event->cookie == post->cookie);
}

static void
tell_of_file(Lookout *lookout, Post *post, const struct inotify_event *event)
{
	SightingKind kind = SIGHTED_BEGUN;

	if (event->mask & IN_MOVED_FROM) {
		kind = SIGHTED_LEFT;
		post->cookie = event->cookie;
	} else if (event->mask & IN_MOVED_TO) {
		kind = SIGHTED_CAME;
	} else if (event->mask & IN_CLOSE_WRITE) {
		kind = SIGHTED_CLOSED;
	}
	tell(lookout, kind, post, event->name, event->cookie);
}

/* What is below it is watched under a name that it has no more. */
static void
folder_left(Lookout *lookout, const Post *post, const struct inotify_event *event)
{
	g_autofree char *path = g_build_filename(post->folder, event->name, NULL);

	if (g_strcmp0(post->name, event->name) == 0)
		tell(lookout, SIGHTED_LOST, post, event->name, 0);
	withdraw(lookout, post->owner, path);
}

static void
tell_of_entry(Lookout *lookout, Post *post, const struct inotify_event *event)
{
	if (!is_watched(post, event))
		return;
	if (!(event->mask & IN_ISDIR))
		tell_of_file(lookout, post, event);
	else if (event->mask & (IN_CREATE | IN_MOVED_TO))
		tell(lookout, SIGHTED_FOLDER, post, event->name, 0);
}

static void
hear(Lookout *lookout, const struct inotify_event *event)
{
	Spot *spot = g_hash_table_lookup(lookout->spots, &event->wd);
	bool left = (event->mask & (IN_ISDIR | IN_MOVED_FROM)) == (IN_ISDIR | IN_MOVED_FROM);

	if (event->mask & IN_Q_OVERFLOW)
		tell(lookout, SIGHTED_MISSED, NULL, NULL, 0);
	for (guint i = 0; spot && i < spot->posts->len; i++) {
		Post *post = g_ptr_array_index(spot->posts, i);

		if (tell_of_folder(lookout, post, event->mask) || event->len == 0)
			continue;
		if (left)
			folder_left(lookout, post, event);
		else
			tell_of_entry(lookout, post, event);
	}
	if (spot && event->mask & IN_IGNORED)
		g_hash_table_remove(lookout->spots, &event->wd);
}

bool
lookout_next(Lookout *lookout, Sighting *sighting)
{
	ssize_t length = 0;
	Sighting *first;

	if (g_queue_is_empty(lookout->sightings))
		length = read(lookout->descriptor, lookout->events, READ_SIZE);
	for (ssize_t at = 0; at < length;) {
		const struct inotify_event *event = (const void *)(lookout->events + at);

		hear(lookout, event);
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	first = g_queue_pop_head(lookout->sightings);
	if (!first)
		return false;
	*sighting = *first;
	g_free(first);
	return true;
}
