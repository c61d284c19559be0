/* The best matches of one leaf, document by document: what unions, intersections and phrases do
   with arrays, for the queries that people type, in one call.

   In: a plan made by native.py, whose addresses point into arrays that live as long as the call.
   Out: the best k, as Python's nodes find them, bit for bit. Optional; without it nothing is
   missing but time.

   A query is a conjunction of groups, a group a disjunction of phrases, a phrase one or more words.
   Scores are whole numbers in doubles, never negative (see impacts.py). Documents are visited in ascending order;
   lists that cannot bring a document up to the score needed are only asked (MaxScore, Turtle and
   Flood 1995), and of a long list only its best postings are visited where those suffice.

   What the arrays say is never trusted as an index: every row and position is compared with the
   length of its array first. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A product is rounded before anything is added to it, as in NumPy. */
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

#define DEPTH 32
#define BLOCK 64
#define LONG_LIST 512
#define MOST_POSITIONS 256

enum { READ, CUT, ASKED };
enum { DONE = 0, NO_MEMORY = -1, NOT_HERE = -2 };

typedef struct {
    const uint32_t *docs;
    const uint16_t *codes;
    int64_t rows;
    const uint32_t *best;
    const uint16_t *best_codes;
    int64_t best_count;
    const uint8_t *positions;
    int64_t position_count;
    int64_t width;
    const uint32_t *blocks; /* how many positions stand before each BLOCK of rows, or NULL */
    const double *table;
    double weight;
    double ceiling;
} Given;

typedef struct {
    Given in;
    int64_t at;       /* the first row whose document is not below the one looked at */
    int64_t summed;   /* the row before which `offset` positions stand */
    int64_t offset;
    int64_t stride;   /* how far the next document is likely to be */
    double bound;
} Word;

typedef struct {
    Word **words;     /* in their order */
    Word **rarest;    /* the rarest first */
    int64_t count;
    int64_t slop;
    int64_t size;
    double bound;
    double level;     /* what a posting outside the best ones scores at most */
    double kth;       /* a score that k documents reach at least, or -1 */
    int role;
    uint32_t *cut;    /* of a list that is cut the documents to visit, ascending */
    int64_t cut_count;
    int64_t cut_at;
} Phrase;

typedef struct {
    Phrase *phrases;
    int64_t count;
    int64_t size;
    double bound;
} Group;

typedef struct {
    Group *groups;
    int64_t group_count;
    const uint8_t *live;
    int64_t documents;
    double bound;
    double needed;    /* whole; scores below are of no use */
    double divided;   /* what was needed when the lists were divided */
    int64_t k;
    int64_t found;
    double *scores;   /* best first */
    uint32_t *docs;
} Search;

/* Half to even, as np.rint; for numbers from 0 to 2**52, between which there is none but whole. */
static double rounded(double number) { return (number + 0x1p52) - 0x1p52; }

static double of_code(const Word *word, uint16_t code) {
    return rounded(word->in.table[code] * word->in.weight);
}

static double score_of(const Word *word, int64_t row) {
    return of_code(word, word->in.codes[row]);
}

static int is_live(const Search *search, uint32_t doc) {
    return search->live == NULL || ((int64_t)doc < search->documents && search->live[doc]);
}

/* Whether a word stands in a document; documents must be asked about in ascending order. */
static int stands_in(Word *word, uint32_t doc) {
    const uint32_t *docs = word->in.docs;
    int64_t low = word->at, rows = word->in.rows, step = word->stride, high;
    if (low >= rows) return 0;
    if (docs[low] < doc) {
        while (low + step < rows && docs[low + step] < doc) {
            low += step;
            step *= 2;
        }
        high = low + step < rows ? low + step : rows;
        low++;
        while (low < high) {
            int64_t middle = low + (high - low) / 2;
            if (docs[middle] < doc) low = middle + 1;
            else high = middle;
        }
        word->at = low;
        if (low >= rows) return 0;
    }
    return docs[word->at] == doc;
}

/* The sum of the frequencies of some rows; in pieces whose sum fits 32 bits, which is faster. */
static int64_t frequencies(const uint16_t *codes, int64_t from, int64_t to) {
    int64_t sum = 0;
    while (from < to) {
        int64_t end = to - from > 1 << 20 ? from + (1 << 20) : to;
        uint32_t piece = 0;
        for (; from < end; from++) piece += codes[from] >> 8;
        sum += piece;
    }
    return sum;
}

/* The positions of a word in the document its cursor stands at; how many, or NOT_HERE. */
static int64_t positions_of(Word *word, uint32_t *out) {
    int64_t count = word->in.codes[word->at] >> 8, row;
    if (word->in.blocks && word->summed / BLOCK < word->at / BLOCK) {
        word->summed = word->at / BLOCK * BLOCK;
        word->offset = word->in.blocks[word->at / BLOCK];
    }
    word->offset += frequencies(word->in.codes, word->summed, word->at);
    word->summed = word->at;
    if (count >= MOST_POSITIONS - 1 || word->offset + count > word->in.position_count)
        return NOT_HERE;
    for (row = 0; row < count; row++) {
        int64_t place = word->offset + row;
        out[row] = word->in.width == 2 ? ((const uint16_t *)word->in.positions)[place]
                                       : ((const uint32_t *)word->in.positions)[place];
        if (row && out[row] < out[row - 1]) return NOT_HERE;
    }
    return count;
}

/* Whether the words follow one another where their cursors stand: 1, 0 or NOT_HERE. */
static int follow(Phrase *phrase) {
    uint32_t ends[MOST_POSITIONS], next[MOST_POSITIONS];
    int64_t count = positions_of(phrase->words[0], ends), i, j, e;
    if (count < 0) return NOT_HERE;
    for (i = 1; i < phrase->count && count; i++) {
        int64_t others = positions_of(phrase->words[i], next), kept = 0;
        if (others < 0) return NOT_HERE;
        for (j = 0, e = 0; j < others; j++) {
            while (e + 1 < count && ends[e + 1] < next[j]) e++;
            if (ends[e] < next[j] && (int64_t)next[j] - ends[e] <= phrase->slop)
                next[kept++] = next[j];
        }
        memcpy(ends, next, (size_t)kept * sizeof *ends);
        count = kept;
    }
    return count > 0;
}

/* Adds a phrase's score in a document. 1: it stands there; 0: it does not, or the document can no
   longer reach what is needed with `rest` from elsewhere; NOT_HERE. */
static int add_phrase(const Search *search, Phrase *phrase, uint32_t doc, double rest,
                      double *total) {
    double sum = 0, ahead = phrase->bound + rest;
    int64_t i;
    for (i = 0; i < phrase->count; i++) {
        Word *word = phrase->rarest[i];
        if (!stands_in(word, doc)) return 0;
        sum += score_of(word, word->at);
        ahead -= word->bound;
        if (*total + sum + ahead < search->needed) return 0;
    }
    if (phrase->count > 1) {
        int found = follow(phrase);
        if (found != 1) return found;
    }
    *total += sum;
    return 1;
}

static void keep(Search *search, uint32_t doc, double score) {
    int64_t at = search->found < search->k ? search->found++ : search->k - 1;
    while (at && search->scores[at - 1] < score) {
        search->scores[at] = search->scores[at - 1];
        search->docs[at] = search->docs[at - 1];
        at--;
    }
    search->scores[at] = score;
    search->docs[at] = doc;
    /* Documents come in ascending order: a later one has to be better, by a whole number. */
    if (search->found == search->k && search->scores[search->k - 1] + 1 > search->needed)
        search->needed = search->scores[search->k - 1] + 1;
}

static int visit(Search *search, uint32_t doc) {
    double total = 0, rest = search->bound;
    int64_t g, p;
    if (!is_live(search, doc)) return DONE;
    for (g = 0; g < search->group_count; g++) {
        Group *group = &search->groups[g];
        int hit = 0;
        for (p = 0; p < group->count; p++) {
            int added;
            if (total + rest < search->needed) return DONE;
            rest -= group->phrases[p].bound;
            added = add_phrase(search, &group->phrases[p], doc, rest, &total);
            if (added == NOT_HERE) return NOT_HERE;
            hit |= added;
        }
        if (!hit) return DONE;
    }
    if (total >= search->needed) keep(search, doc, total);
    return DONE;
}

static int by_size(const void *a, const void *b) {
    int64_t x = (*(Word *const *)a)->in.rows, y = (*(Word *const *)b)->in.rows;
    return x < y ? -1 : x > y;
}

static int phrases_by_size(const void *a, const void *b) {
    int64_t x = ((const Phrase *)a)->size, y = ((const Phrase *)b)->size;
    return x < y ? -1 : x > y;
}

static int groups_by_size(const void *a, const void *b) {
    int64_t x = ((const Group *)a)->size, y = ((const Group *)b)->size;
    return x < y ? -1 : x > y;
}

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* A list of the best scores seen, best first. */
static void note(double *best, int64_t *count, int64_t most, double score) {
    int64_t at;
    if (*count < most) at = (*count)++;
    else if (best[most - 1] >= score) return;
    else at = most - 1;
    while (at && best[at - 1] < score) {
        best[at] = best[at - 1];
        at--;
    }
    best[at] = score;
}

/* Bounds of a word, and of a single one what its best postings tell. */
static int weigh(const Search *search, Phrase *phrase, Word *word) {
    double best[DEPTH] = {0}, alive[DEPTH] = {0};
    int64_t count = 0, living = 0, i;
    word->bound = rounded(word->in.weight * word->in.ceiling);
    if (!word->in.best_count) return DONE;
    for (i = 0; i < word->in.best_count; i++) {
        double score = of_code(word, word->in.best_codes[i]);
        int64_t row = word->in.best[i];
        if (row >= word->in.rows) return NOT_HERE;
        if (count < DEPTH || score > best[DEPTH - 1]) note(best, &count, DEPTH, score);
        if (search->live && (living < DEPTH || score > alive[DEPTH - 1])
            && is_live(search, word->in.docs[row]))
            note(alive, &living, DEPTH, score);
    }
    if (!search->live) {
        memcpy(alive, best, sizeof best);
        living = count;
    }
    word->bound = best[0];
    if (phrase->count == 1) {
        phrase->level = count < DEPTH ? 0 : best[DEPTH - 1];
        phrase->kth = search->k <= living ? alive[search->k - 1] : -1;
    }
    return DONE;
}

/* Keeps of a long list the postings that score more than the others, or as much. */
static int cut(Phrase *phrase) {
    Word *word = phrase->words[0];
    int64_t i;
    phrase->cut = malloc((size_t)word->in.best_count * sizeof *phrase->cut);
    if (phrase->cut == NULL) return NO_MEMORY;
    for (i = 0; i < word->in.best_count; i++)
        if (of_code(word, word->in.best_codes[i]) >= phrase->level)
            phrase->cut[phrase->cut_count++] = word->in.docs[word->in.best[i]];
    qsort(phrase->cut, (size_t)phrase->cut_count, sizeof *phrase->cut, ascending);
    phrase->role = CUT;
    return DONE;
}

/* What a phrase can give a document that is not visited for it. */
static double outside(const Phrase *phrase) {
    return phrase->role == READ ? 0 : phrase->role == CUT ? phrase->level : phrase->bound;
}

/* Which lists of the rarest group are still visited: what the others can give a document together
   has to stay below what is needed. */
static int divide(Search *search) {
    Group *group = &search->groups[0];
    double least = search->needed - (search->bound - group->bound);
    int64_t i;
    int all_read = search->group_count == 1 && search->live == NULL && search->k <= DEPTH;
    search->divided = search->needed;
    for (i = 0; i < group->count; i++) {
        if (group->phrases[i].role != READ) all_read = 0;
        least -= outside(&group->phrases[i]);
    }
    for (i = group->count - 1; i >= 0; i--) {
        Phrase *phrase = &group->phrases[i];
        int status;
        if (phrase->role != READ || phrase->size < LONG_LIST) continue;
        if (phrase->bound < least)
            phrase->role = ASKED;
        else if (phrase->count == 1 && phrase->words[0]->in.best_count
                 /* of equals the best ones come first in number */
                 && (phrase->level < least || (all_read && phrase->level <= least))
                 && (status = cut(phrase)) != DONE)
            return status;
        if (phrase->role != READ) all_read = 0;
        least -= outside(phrase);
    }
    return DONE;
}

static int run(Search *search) {
    Group *group = &search->groups[0];
    int64_t p;
    int status;
    if (search->bound < search->needed) return DONE;
    for (;;) {
        uint64_t doc = UINT64_MAX;
        if (search->needed > search->divided && (status = divide(search)) != DONE) return status;
        for (p = 0; p < group->count; p++) {
            Phrase *phrase = &group->phrases[p];
            if (phrase->role == READ) {
                Word *word = phrase->rarest[0];
                if (word->at < word->in.rows && word->in.docs[word->at] < doc)
                    doc = word->in.docs[word->at];
            } else if (phrase->role == CUT && phrase->cut_at < phrase->cut_count
                       && phrase->cut[phrase->cut_at] < doc)
                doc = phrase->cut[phrase->cut_at];
        }
        if (doc == UINT64_MAX) return DONE;
        if ((status = visit(search, (uint32_t)doc)) != DONE) return status;
        for (p = 0; p < group->count; p++) {
            Phrase *phrase = &group->phrases[p];
            Word *word = phrase->rarest[0];
            if (phrase->role == CUT) {
                while (phrase->cut_at < phrase->cut_count && phrase->cut[phrase->cut_at] <= doc)
                    phrase->cut_at++;
            } else if (phrase->role == READ)
                while (word->at < word->in.rows && word->in.docs[word->at] <= doc) word->at++;
        }
    }
}

/* Takes the plan over; shape: groups, then for each its phrases, for each of them words, slop. */
static int prepare(Search *search, const int64_t *shape, int64_t numbers, Word *words,
                   int64_t word_count, Phrase *phrases, int64_t phrase_count, Word **orders) {
    int64_t next = 1, g, p, w, used = 0, taken = 0;
    for (g = 0; g < search->group_count; g++) {
        Group *group = &search->groups[g];
        if (next >= numbers) return NOT_HERE;
        group->count = shape[next++];
        if (group->count < 1 || taken + group->count > phrase_count) return NOT_HERE;
        group->phrases = phrases + taken;
        taken += group->count;
        for (p = 0; p < group->count; p++) {
            Phrase *phrase = &group->phrases[p];
            int status;
            if (next + 1 >= numbers) return NOT_HERE;
            phrase->count = shape[next++];
            phrase->slop = shape[next++];
            if (phrase->count < 1 || used + phrase->count > word_count) return NOT_HERE;
            phrase->words = orders + 2 * used;
            phrase->rarest = phrase->words + phrase->count;
            phrase->kth = -1;
            for (w = 0; w < phrase->count; w++) {
                phrase->words[w] = phrase->rarest[w] = &words[used + w];
                if ((status = weigh(search, phrase, &words[used + w])) != DONE) return status;
                phrase->bound += words[used + w].bound;
            }
            used += phrase->count;
            qsort(phrase->rarest, (size_t)phrase->count, sizeof *phrase->rarest, by_size);
            phrase->size = phrase->rarest[0]->in.rows;
            group->size += phrase->size;
            group->bound += phrase->bound;
            if (search->group_count == 1 && phrase->kth > search->needed)
                search->needed = phrase->kth;
        }
        qsort(group->phrases, (size_t)group->count, sizeof *group->phrases, phrases_by_size);
        search->bound += group->bound;
    }
    qsort(search->groups, (size_t)search->group_count, sizeof *search->groups, groups_by_size);
    for (w = 0; w < used; w++) {
        words[w].stride = words[w].in.rows / (search->groups[0].size + 1);
        if (words[w].stride < 1) words[w].stride = 1;
    }
    return DONE;
}

static int search_plan(Search *search, const int64_t *shape, int64_t numbers, const char *given,
                       int64_t word_count) {
    int status = NO_MEMORY;
    int64_t i, groups = search->group_count;
    Word *words = calloc((size_t)word_count, sizeof *words);
    Word **orders = calloc((size_t)word_count * 2, sizeof *orders);
    Phrase *phrases = calloc((size_t)word_count, sizeof *phrases);
    search->groups = calloc((size_t)groups, sizeof *search->groups);
    if (words && orders && phrases && search->groups) {
        for (i = 0; i < word_count; i++)
            memcpy(&words[i].in, given + i * (int64_t)sizeof(Given), sizeof(Given));
        status = prepare(search, shape, numbers, words, word_count, phrases, word_count, orders);
        if (status == DONE) status = run(search);
    }
    if (phrases)
        for (i = 0; i < word_count; i++) free(phrases[i].cut);
    free(words);
    free(orders);
    free(phrases);
    free(search->groups);
    return status;
}

static PyObject *listed(const Search *search) {
    PyObject *list = PyList_New((Py_ssize_t)search->found);
    int64_t i;
    for (i = 0; list && i < search->found; i++) {
        PyObject *pair = Py_BuildValue("(dI)", -search->scores[i], search->docs[i]);
        if (pair == NULL || PyList_SetItem(list, (Py_ssize_t)i, pair) < 0) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

static PyObject *best(PyObject *module, PyObject *args) {
    const char *shape, *given;
    Py_ssize_t shape_bytes, given_bytes, k;
    unsigned long long live;
    Py_ssize_t documents;
    Search search;
    PyObject *result = NULL;
    int status = NO_MEMORY;
    (void)module;
    memset(&search, 0, sizeof search);
    if (!PyArg_ParseTuple(args, "y#y#ndKn", &shape, &shape_bytes, &given, &given_bytes, &k,
                          &search.needed, &live, &documents))
        return NULL;
    if (shape_bytes < 8 || given_bytes % (Py_ssize_t)sizeof(Given) || k < 1 || k > 1 << 20) {
        PyErr_SetString(PyExc_ValueError, "no plan");
        return NULL;
    }
    search.group_count = *(const int64_t *)shape;
    if (search.group_count < 1 || search.group_count > given_bytes) {
        PyErr_SetString(PyExc_ValueError, "no plan");
        return NULL;
    }
    search.k = k;
    search.divided = -1;
    search.live = (const uint8_t *)(uintptr_t)live;
    search.documents = documents;
    search.scores = malloc((size_t)k * sizeof *search.scores);
    search.docs = malloc((size_t)k * sizeof *search.docs);
    if (search.scores && search.docs) {
        Py_BEGIN_ALLOW_THREADS
        status = search_plan(&search, (const int64_t *)shape, shape_bytes / 8, given,
                             given_bytes / (Py_ssize_t)sizeof(Given));
        Py_END_ALLOW_THREADS
    }
    if (status == DONE)
        result = listed(&search);
    else if (status == NOT_HERE)
        result = Py_NewRef(Py_None);
    else
        PyErr_NoMemory();
    free(search.scores);
    free(search.docs);
    return result;
}

static PyMethodDef methods[] = {
    {"best", best, METH_VARARGS,
     "best(shape, words, k, least, live, documents) -> [(-score, document)], or None where the\n"
     "arrays need the nodes' care."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_kernel", "The best matches of one leaf.", 0, methods, 0, 0, 0, 0,
};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModule_Create(&definition); }
