"""The diagnosis: which mistake a failed check looks like, in the words of the mistake.

    text = diagnose("A2", subject, error)

A hypothesis names one mistake and the experiment that would show it: the derivative is called again
with z and y exchanged, the ratio to finite differences is fitted and must be constant, the gradient
of one sample alone is summed along other axes. Only where the numbers fit is anything said; where
none fits, the diagnosis is empty and the figures of the check stand alone.

Modules register their hypotheses with `@hypothesis`, the most specific first; the first one that
fits is told. A text is read after "it looks like": the mistake, a colon, what was found.
"""

from nnplug.testing.diagnosis.cases import Case as Case
from nnplug.testing.diagnosis.cases import all_hypotheses as all_hypotheses
from nnplug.testing.diagnosis.cases import diagnose as diagnose
from nnplug.testing.diagnosis.cases import hypothesis as hypothesis
