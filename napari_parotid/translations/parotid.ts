<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" sourcelanguage="en">
    <context>
        <name>parotid</name>
        <message>
            <location filename="../../napari_parotid/ahead.py" />
            <source>proposing ahead: {title}</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/ahead.py" />
            <location filename="../../napari_parotid/panels/question_box.py" />
            <source>({n} more)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>Meant to be there?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>You say that only the slices you changed are right, but none was changed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>Take the tick away, or correct a slice.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>{it} lies outside the gland.</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/checks.py" />
            <source>You confirm axial slices {numbers} and no others. Is each of them right?</source>
            <extracomment>For one: You confirm axial slice {numbers} and no other. Is it right?</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>No gland is drawn. Is it absent?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>You say the right gland is absent, but it is drawn.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>You say the left gland is absent, but it is drawn.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>No gland is drawn on the right. Is it absent?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>No gland is drawn on the left. Is it absent?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>No tumour is drawn. Is there none?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <location filename="../../napari_parotid/reading.py" />
            <source>You say there is no tumour, but one is drawn.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>{share:.0%} of the gland lies where the image is black.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>{share:.0%} of the tumour lies where the image is black.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>{ml:.1f} ml of gland lie at the midline.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>{it} has {ml:.1f} ml, less than most glands.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>{it} has {ml:.1f} ml, more than most glands.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/checks.py" />
            <source>{it} has {ml:.0f} ml, more than most tumours.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <source>getting ready for clicks</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <source>The mask changed meanwhile.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <source>Do it once more.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <source>The click changed nothing.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <source>Click elsewhere, or paint.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <source>answering the click</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <source>The model sees no gland there: only the place you clicked was drawn.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <source>The model sees no tumour there: only the place you clicked was drawn.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <source>Paint the rest.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <source>The model sees gland there: only the place you clicked was erased.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <source>The model sees tumour there: only the place you clicked was erased.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/clicks_in_hand.py" />
            <source>Erase the rest.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>Chosen by the reader.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>going back to an earlier version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>{version} is used from the next study on.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>using the refused version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <location filename="../../napari_parotid/standing.py" />
            <source>Used at your word: {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>It counts from the next round on.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>Left out of learning. With the study open, Take it in again stands below Review and accept.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>keeping the answer</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>keeping the choice</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>exporting the version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>The version was written to {name}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>importing the version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/decisions.py" />
            <source>The version was imported. Choose it in the list to use it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/desk.py" />
            <source>Other work is under way</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/desk.py" />
            <source>Approved by {by}. The reader is {who} again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/desk.py" />
            <source>Blue is other or more than the model would draw; orange-red only the model draws.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/desk.py" />
            <source>Then say in the panel Learning whether to learn from it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/desk.py" />
            <source>Another study was opened meanwhile, so nothing was done.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/desk.py" />
            <source>Go to the study you mean, and do it once more.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/desk.py" />
            <source>Open a study first</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/desk.py" />
            <source>This study is accepted; reopen it first</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/drawing.py" />
            <source>Click on a drawn area, or into a gap that is closed all round.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/drawing.py" />
            <source>Nothing is drawn there.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/drawing.py" />
            <source>drawing what looks alike</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/drawing.py" />
            <source>There is nothing to add here.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/drawing.py" />
            <source>Click on tissue that is not drawn yet, or make the brush larger.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/pieces.py" />
            <source>removing islands</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/pieces.py" />
            <source>There are no small separate pieces.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/pieces.py" />
            <source>swapping gland and tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/pieces.py" />
            <location filename="../../napari_parotid/workbench.py" />
            <source>Nothing is drawn yet.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/pieces.py" />
            <source>keeping the tumour inside the gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/pieces.py" />
            <source>No tumour lies outside a gland's region, or no gland is drawn.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/shape.py" />
            <source>growing the structure</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/shape.py" />
            <source>Nothing was added.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/shape.py" />
            <source>Grow by a larger distance, or draw some of the chosen structure first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/shape.py" />
            <source>shrinking the structure</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/shape.py" />
            <source>Nothing was taken away.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/shape.py" />
            <source>Shrink by a larger distance.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/shape.py" />
            <source>smoothing the structure</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/shape.py" />
            <source>There is nothing to smooth.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/slices.py" />
            <source>filling between the slices</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/slices.py" />
            <source>There is no gap to fill.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/slices.py" />
            <source>Draw the structure on two slices of this plane, at most 20 mm apart.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/slices.py" />
            <source>There is nothing to copy in this slice, or no slice to copy it to.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/edits/slices.py" />
            <source>copying the slice</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/following.py" />
            <location filename="../../napari_parotid/learning.py" />
            <location filename="../../training/parotid_training/learn/finetune.py" />
            <source>Learning from your masks</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/following.py" />
            <location filename="../../napari_parotid/learning.py" />
            <source>Paused</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/following.py" />
            <source>Judging the new version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/following.py" />
            <source>{words}, about {minutes:.0f} min left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/following.py" />
            <source>{words}, about a minute left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/following.py" />
            <source>{words} · on the graphics card</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/following.py" />
            <source>{words} · {share:.0%} of the processor</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/image_layers.py" />
            <source> — mask drawn on</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/importing.py" />
            <source>Choose a folder of DICOM or NIfTI files.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/importing.py" />
            <source>Other studies are just being added.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/importing.py" />
            <location filename="../../napari_parotid/work.py" />
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>Try again in a moment.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/importing.py" />
            <source>adding the studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/importing.py" />
            <source>looking for studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/importing.py" />
            <source>No study was found there.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/importing.py" />
            <source>Adding study {number} of {all}</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/importing.py" />
            <source>{n} studies added to the worklist.</source>
            <extracomment>For one: 1 study added to the worklist.</extracomment>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/importing.py" />
            <source>{n} studies listed already.</source>
            <extracomment>For one: 1 study listed already.</extracomment>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/importing.py" />
            <source>{n} studies name no patient, and each counts as a patient of its own.</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/importing.py" />
            <source>{n} left out: {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/in_view.py" />
            <source>preparing the images</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/layers.py" />
            <source>To see less of it, press the eye beside its name.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/layers.py" />
            <source>What was closed belongs to the study in hand, and is back.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <source>Learning goes on from last time</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <source>The model is already learning.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <location filename="../../napari_parotid/work.py" />
            <source>Wait for it, or cancel it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <source>starting to learn</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <source>Stopping</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <source>stopping the learning</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <source>Pausing</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <source>pausing the learning</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <source>going on with the learning</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <source>Getting ready to learn</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/learning.py" />
            <source>following the learning</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/loading.py" />
            <source>Looking for earlier work</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/loading.py" />
            <source>Your earlier work does not fit the images as they are now; it was kept aside as {aside}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/loading.py" />
            <source>The accepted files of this study are damaged. Look over the mask shown here, then accept it anew.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/loading.py" />
            <source>{name}: a scout or an auxiliary image, not shown.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/loading.py" />
            <source>{name}: not among the sequences that this study was listed with.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/lying.py" />
            <source>comparing where the sequences lie</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/lying.py" />
            <source>Reopen the study to align it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/lying.py" />
            <source>Press the arrows beside it in the panel Study, and look before you keep what they do.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/lying.py" />
            <source>{name} (by about {shift:.0f} mm)</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/lying.py" />
            <source>These sequences seem not to lie on {on}: {which}. The head may have moved.</source>
            <extracomment>For one: {which} seems not to lie on {on}. The head may have moved.</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <source>Another window has this workspace open: here you can look, but change nothing.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <source>Close the other window, then press Try again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <source>The gland and the tumour are locked, so nothing changed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <source>The gland is locked, so nothing changed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <source>The tumour is locked, so nothing changed.</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <source>Unlock them first (keys {keys}).</source>
            <extracomment>For one: Unlock it first (key {keys}).</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <location filename="../../napari_parotid/session.py" />
            <source>saving the corrections</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>This study is accepted.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/mask_in_hand.py" />
            <source>Reopen it to correct it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/messages.py" />
            <source>Something went wrong while {doing} ({kind}).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/messages.py" />
            <source>Nothing you did before is lost. Try again; if it comes back, please report it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <source>No tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <source>There is no tumour in the images</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <source>Not readable</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <source>The images cannot be read; the model never learns from them</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <source>Only corrected slices are right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <source>The model learns from the axial slices you changed, and from no others of this study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <location filename="../../napari_parotid/panels/volume_table.py" />
            <source>right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <source>The patient's right gland is absent, e.g. after surgery</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <location filename="../../napari_parotid/panels/volume_table.py" />
            <source>left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <source>The patient's left gland is absent, e.g. after surgery</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/answer_boxes.py" />
            <source>Gland absent:</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/busy.py" />
            <location filename="../../napari_parotid/paper.py" />
            <location filename="../../app/parotid_app/splash.py" />
            <source>For research use; not a medical device.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/busy.py" />
            <location filename="../../napari_parotid/panels/learning.py" />
            <location filename="../../app/parotid_app/status.py" />
            <source>Cancel</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/busy.py" />
            <location filename="../../app/parotid_app/status.py" />
            <source>Stop; everything stays as it was</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/busy.py" />
            <source>Close</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>Correct</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <location filename="../../napari_parotid/panels/review.py" />
            <location filename="../../app/parotid_app/actions.py" />
            <source>Reopen</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Correct it again; what was accepted stays in the history</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>Radius of the brush in millimetres (keys [ and ])</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Brush</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>How opaque the mask is shown (keys , and .; hold V to see the picture without it)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>Opacity</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>Lowest and highest signal that is drawn on, in the picture you drew on last</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <location filename="../../napari_parotid/tools/similar.py" />
            <source>Range</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>Draw on the tissue you mean: its signals become the range.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>How far the chosen structure is grown or shrunk</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>Size</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>Approved. Reopened, it is to be accepted and approved anew.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>Accepted. Reopen it to correct it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <location filename="../../napari_parotid/workbench.py" />
            <source>There is no proposal to compare with.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <location filename="../../napari_parotid/workbench.py" />
            <source>There is no proposal that says where it is unsure.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>the mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>the model only</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>added</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>taken away</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/correct.py" />
            <source>unsure</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/curve.py" />
            <source>How far the model is from what it learns from, your masks and synthetic heads, at each step (lower is better; the first figure and the last are means of some steps); and now and then how well it draws the gland of some held-out studies (overlap, 1 is perfect). The verdict counts all held-out studies.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/curve.py" />
            <source>Error while learning</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/curve.py" />
            <source>Overlap, held-out gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/curve.py" />
            <source>{what}: {value:.2f} at step {step}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/curve.py" />
            <source>{what}: {value:.2f}, not measured again yet</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/curve.py" />
            <source>{what}: {start:.2f}, now {now:.2f}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/elsewhere.py" />
            <source>The other window was closed. You can work here now.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/elsewhere.py" />
            <source>The other window is still open. Close it to work here; until then this one only looks.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/elsewhere.py" />
            <source>Try again</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/elsewhere.py" />
            <source>Work here, if the other window was closed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/elsewhere.py" />
            <source>Work here</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/files.py" />
            <source>Report</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/files.py" />
            <source>{title} report.pdf</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/files.py" />
            <source>{names} is there already. Replace it?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/files.py" />
            <source>{names} are there already. Replace them?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/files.py" />
            <source>Replace</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Learning</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Show the curve of the learning, and all that was said</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>All reasons, and the figures behind them</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <location filename="../../napari_parotid/panels/versions.py" />
            <location filename="../../app/parotid_app/actions.py" />
            <source>Learn now</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Let the model learn from all accepted studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Pause</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Stop for now and keep what was learned so far</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Stop learning; the version in use stays</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Use</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Use this version from the next study on</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Comparison, files of versions, and when to learn</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Show the comparison…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Use the refused version all the same…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Show all versions…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Take in a study that was left out</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Export the chosen version…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Import a version…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Learn by itself</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>It goes on when this window is closed; the next start shows what came of it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Last comparison: {verdict}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Go on</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>{version} (in use)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Go back to the version used before</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Go back to {version}, used before</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>Nothing new to learn from.</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/panels/learning.py" />
            <source>{n} new accepted studies to learn from.</source>
            <extracomment>For one: 1 new accepted study to learn from.</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <source>Whose study is it?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <source>These files name no patient. Type a patient number, so that studies of one patient are kept together when the model learns. Only a code made from it is kept. Leave it empty if you do not know.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <source>Open</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <source>Folder…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <source>Open a folder of DICOM or NIfTI files as one study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <source>File…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <source>Open one NIfTI file as a study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <source>The studies of your workspace</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>Worklist</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <location filename="../../napari_parotid/panels/worklist.py" />
            <location filename="../../app/parotid_app/actions.py" />
            <source>Report of all…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/opening.py" />
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>Volumes and diameters of all accepted studies, as PDF and table</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <source>Begin with an existing mask: a NIfTI file that fits a sequence of this study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <source>Expect to correct its proposals.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <source>The starter model has never seen a patient's MR. Expect its proposals to need correcting; it learns from what you accept. It never proposes a tumour smaller than about 10 mm.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <source>This version learned from a few studies. Expect its proposals to need correcting; the next one learns from what you accept. It never proposes a tumour smaller than about 10 mm.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <location filename="../../app/parotid_app/actions.py" />
            <source>Propose</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <source>Ask the model for a mask of gland and tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <source>Start from a mask…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <source>Proposed by: {title}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <source>Model: {title}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>Began with a mask from a file</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/propose.py" />
            <source>{seconds:.1f} s</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/question_box.py" />
            <source>Look</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/question_box.py" />
            <source>Open the study, with what the model would draw against the accepted mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/question_box.py" />
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Use it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/question_box.py" />
            <source>The mask is as I mean it; let the model learn from it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/question_box.py" />
            <source>Leave out</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/question_box.py" />
            <source>Learn nothing from this mask; it stays accepted</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/question_box.py" />
            <source>{title}: {sentence} Learn from it? {more}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Review and accept</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Take it in again</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Let the model learn from this mask after all</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Kept with the study and shown in its report: write no names</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Your name</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Whose name stands under the mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Reader</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <location filename="../../napari_parotid/tools/finish.py" />
            <source>Accept</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Keep this mask; the model may learn from it (A)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <location filename="../../app/parotid_app/actions.py" />
            <source>Approve</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Confirm this mask as a second person</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <location filename="../../app/parotid_app/actions.py" />
            <source>Report…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Volumes, diameters and pictures as PDF and table (Ctrl+R)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <location filename="../../napari_parotid/tools/finish.py" />
            <source>Next study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>{who}: whose name stands under the mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>Left out of learning: {sentence}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Type the name of a second person at Reader: whoever accepted a mask cannot approve it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Go to the next of these places; a ring marks it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Go to the place; a ring marks it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Show</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Accepted by {who}, {when:%d %b %Y}.</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/panels/review.py" />
            <source> Only axial slices {numbers} of {total} were checked.</source>
            <extracomment>For one:  Only axial slice {numbers} of {total} was checked.</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source> It began with a mask from a file.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source> In spite of: {sentences}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source> A second person can approve it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source> Approved by {approved_by}, {approved:%d %b %Y}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Yes, accept anyway</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Yes, accept</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Accept anyway</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <source>Comment (no names)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/review.py" />
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Comment</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/sorting.py" />
            <source>Oldest first</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/sorting.py" />
            <source>Newest first</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/sorting.py" />
            <source>By name</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/sorting.py" />
            <source>By state</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/sorting.py" />
            <source>Largest gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/sorting.py" />
            <source>Largest tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/sorting.py" />
            <source>Teaches most first</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Align this sequence with the one the mask is drawn on; the result is shown before it is used</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Move it to the patient's right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Move it to the patient's left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Move it forwards</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Move it backwards</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Move it up, towards the head</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Move it down, towards the feet</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Draw the mask on this sequence</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>The mask you corrected lies on the voxels of the sequence it was drawn on, and stays there.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>No study is open.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Mask drawn on:</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>{tip} by 1 mm, with Shift by 5 mm</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Keep</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Use the aligned sequence</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Discard</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Leave the sequence where the scanner put it</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/panels/study.py" />
            <source>{title} · {n} sequences</source>
            <extracomment>For one: {title} · 1 sequence</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Align it by itself</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Move it by hand…</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/panels/study.py" />
            <source>{n} parts of the folder left out (point here for why)</source>
            <extracomment>For one: 1 part of the folder left out (point here for why)</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>It seems to lie about {shift:.0f} mm off.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>axial</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>coronal</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>sagittal</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>3D</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>, tilted by {degrees:.1f}°</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>{name}
{size} voxels of {spacing} mm{oblique}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>The model looks at this sequence</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study.py" />
            <source>Shown to you; the model does not look at it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study_entry.py" />
            <source>not opened yet</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study_entry.py" />
            <source>gland {ml:.0f}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study_entry.py" />
            <source>tumour {ml}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study_entry.py" />
            <source>left out</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/study_entry.py" />
            <location filename="../../training/parotid_training/workspace/records.py" />
            <source>Version {number}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>When</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Learned from</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Judged by</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>What came of it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Before</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>New</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Change</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>overlap (Dice)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>outline within 2 mm</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>overlap, the study that lost most</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>not found</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>drawn where there is none</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <location filename="../../napari_parotid/report_pdf.py" />
            <location filename="../../napari_parotid/report_pictures.py" />
            <location filename="../../napari_parotid/tools/structure.py" />
            <source>Gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <location filename="../../napari_parotid/report_pdf.py" />
            <location filename="../../napari_parotid/report_pictures.py" />
            <location filename="../../napari_parotid/tools/structure.py" />
            <source>Tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>your held-out studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>the built-in set</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>({low:+.3f} to {high:+.3f})</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>ok</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>not good enough</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Comparison of the last round of learning</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Overlap and outline go from 0 to 1, which is perfect; what is not found, or drawn where there is none, is a number of studies. In brackets: what the change may really be, with 90 % confidence. "Before" is the version in use on your studies, and the shipped version on the built-in set. Where a mask was accepted as it was proposed, {readers:.2f} is enough: two readers do not agree more closely. A structure that neither version finds is left out of the means.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Versions and rounds of learning</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Use this version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>{when:%d %b %Y %H:%M}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Nothing new was accepted since the last round of learning. Unless the program or its settings changed since, it would bring the same version again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Learn all the same?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>A round of learning is running. If another version comes into use now, what it learns is not used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Use another version now?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Use it now</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>{version} was imported and never compared on studies of this workspace: it may draw worse than the version in use.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Use it all the same?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>{verdict}

Why is it to be used all the same? The reason is kept.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Use the refused version?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Export {version}?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Export this version?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Export…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Export this version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Model version (*{ending})</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/versions.py" />
            <source>Import a version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/volume_table.py" />
            <source>Gland (ml)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/volume_table.py" />
            <source>Gland without the tumour, as in the worklist</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/volume_table.py" />
            <source>Tumour (ml)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/volume_table.py" />
            <source>Tumour by itself, not counted to the gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/volume_table.py" />
            <source>The patient's right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/volume_table.py" />
            <source>The patient's left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/volume_table.py" />
            <source>midline</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/volume_table.py" />
            <source>Too near the midline to be called right or left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>No studies yet. Add a folder with DICOM or NIfTI files, or drag one here.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>No study fits what you look for.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <location filename="../../app/parotid_app/actions.py" />
            <source>Find a study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>Name, state, sequence or version (Ctrl+F)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>Show studies of one state only</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>In which order the studies stand</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <location filename="../../app/parotid_app/actions.py" />
            <source>Add study…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>Open a folder of DICOM or NIfTI files</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>All ({n})</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>* Of a mask checked in {slices} only</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>Accepted in spite of: {sentence}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>Proposed by {version}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>The model drew nothing</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>The model was unsure of {share:.0%} of its proposal</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/panels/worklist.py" />
            <source>Added {day:%d %B %Y}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/paper.py" />
            <source>napari-parotid · page {number}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/piece_words.py" />
            <source>The gland on the right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/piece_words.py" />
            <source>The gland on the left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/piece_words.py" />
            <source>The gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/piece_words.py" />
            <source>The tumour on the right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/piece_words.py" />
            <source>The tumour on the left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/piece_words.py" />
            <source>The tumour</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/piece_words.py" />
            <source>{n} tiny separate pieces of the gland.</source>
            <extracomment>For one: One tiny separate piece of the gland.</extracomment>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/piece_words.py" />
            <source>{n} tiny separate pieces of the tumour.</source>
            <extracomment>For one: One tiny separate piece of the tumour.</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/piece_words.py" />
            <source>A separate piece of the gland ({ml:.1f} ml) lies where the image is black.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/piece_words.py" />
            <source>A separate piece of the tumour ({ml:.1f} ml) lies where the image is black.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/provenance.py" />
            <source>Imported from a file.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/provenance.py" />
            <source>It was not tried on studies of this workspace.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/provenance.py" />
            <source>Where it was made: {note}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/provenance.py" />
            <source>Imported, never compared here.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/provenance.py" />
            <source>Refused, used all the same.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reading.py" />
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>Nobody is named as the reader.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reading.py" />
            <source>Type your name, then accept.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reading.py" />
            <source>Looking the mask over</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reading.py" />
            <source>Saving the accepted mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reading.py" />
            <source>saving the accepted mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reading.py" />
            <source>Accepted. The mask is kept in the workspace.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reading.py" />
            <source>Approved by {approved_by}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reading.py" />
            <source>approving the study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reading.py" />
            <source>Take the tick away, or erase the tumour.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/registration.py" />
            <source>{name}: move it with the letters, then keep or discard it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/registration.py" />
            <source>{name}: moved by {shift_mm:.1f} mm and turned by {turn_deg:.1f}°. Look at it, then keep or discard it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Volume (ml)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Longest in
a slice (mm)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>At right
angles (mm)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Slice</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Longest in
3D (mm)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>State</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Right gland
(ml)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Left gland
(ml)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Tumours</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Largest
(ml)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Right gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Left gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Right gland with tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Left gland with tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Gland with tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Right tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Left tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Parotid report</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <location filename="../../napari_parotid/reporting.py" />
            <source>The report could not be written</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>All studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>{accepted} of {all} studies accepted, {measured} of these with something to measure. Glands without the tumours in them.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>* Of a mask checked in some of its slices only; the study's own page names them.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>–: nobody said whether there is a tumour.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>absent</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Nobody has accepted this mask yet.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>The images cannot be read: nothing was measured.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Nothing is drawn.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Read by</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>nobody named</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Approved by</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>The reader says</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Accepted in spite of</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Reading time</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>{minutes:.1f} min</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Sequences</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>{sequences}; mask drawn on {drawn_on}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Began with</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>a mask from a file</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>Model</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>{state}: {slices}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>only the corrected slices are right</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>only axial slices {numbers} are right</source>
            <extracomment>For one: only axial slice {numbers} is right</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>In a slice: the longest diameter, and the longest at right angles to it in the same slice (RECIST), from outer edge to outer edge. In 3D: from the middle of one slice to the middle of another.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>* Of a mask checked in {slices} only; nobody checked the others.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pdf.py" />
            <source>{who}, {day:%d %B %Y}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pictures.py" />
            <source>Axial slice {number} of {total}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pictures.py" />
            <source>Coronal slice {number} of {total}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pictures.py" />
            <source>Sagittal slice {number} of {total}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/report_pictures.py" />
            <source>The patient's right is at the left; thin white lines: diameters.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reporting.py" />
            <source>Measuring</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reporting.py" />
            <source>writing the report</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reporting.py" />
            <source>writing the report of all studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reporting.py" />
            <source>The report was written to {name}, its table to {stem}.csv.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/reporting.py" />
            <source>Writing the report</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>This study is not in the worklist, and cannot be added now.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>opening the study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>{study}: {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>The other studies to read are hidden.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>Clear the search and the filter.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>There is no other study to read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>Open a folder to add one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>Your unfinished work of {when} was restored.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>Your unfinished work was restored.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>Go on correcting.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>Part of your work on this study could not be read; the damaged file was kept as {aside}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>Look the mask over before you go on.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <source>Your corrections cannot be saved: {why}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/session.py" />
            <location filename="../../training/parotid_training/workspace/journal.py" />
            <source>Free space on the disk, or connect its drive again. Your work is kept until then.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/standing.py" />
            <source>The round of {when:%d %b %Y, %H:%M}. Before: {before}. New: {new}. Your held-out studies: {studies}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/standing.py" />
            <source>a new version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/standing.py" />
            <source>the version in use then</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/standing.py" />
            <source>none</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../napari_parotid/starting.py" />
            <source>After {n} accepted studies</source>
            <extracomment>For one: After 1 accepted study</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/starting.py" />
            <source>When nobody has worked for 5 minutes</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/starting.py" />
            <source>At night ({start}:00 to {end}:00)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/starting.py" />
            <source>Only when I press Learn now</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>The sequence the mask is drawn on cannot change any more: you have corrected the mask.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>Go on with this sequence, and accept the mask on it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>aligning the sequence</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>This study is accepted; its sequences stay as they were.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>Reopen it first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>Your corrections were kept.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>Press Propose to ask the model again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>Reopen it to have it proposed again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>proposing a mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>Accept it anew first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>The accepted mask is not in view: the study was reopened.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>{step}, to show what {version} would draw beside the accepted mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>The mask from the file is in place.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>The mask from the file is in place, but for what is locked.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/study_in_hand.py" />
            <source>opening the mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/surfaces.py" />
            <source>drawing the mask in 3D</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/erase.py" />
            <source>Erase</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/erase.py" />
            <source>Erase gland and tumour with the same brush</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/fill.py" />
            <source>Fill</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/fill.py" />
            <source>Click on a drawn area of this slice to make all of it the chosen structure</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/finish.py" />
            <source>Accept the mask as it is</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/finish.py" />
            <source>Open the next study that is not accepted</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/history.py" />
            <source>Undo</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/history.py" />
            <source>Take the last edit back</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/history.py" />
            <source>Redo</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/history.py" />
            <source>Do the last undone edit again</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/lock.py" />
            <source>Lock gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/lock.py" />
            <source>Lock the gland: no tool adds to it or takes from it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/lock.py" />
            <source>Lock tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/lock.py" />
            <source>Lock the tumour: no tool adds to it or takes from it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/outline.py" />
            <source>Lasso</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/outline.py" />
            <source>Draw around an area to fill it; with Ctrl held, to cut it out</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/outline.py" />
            <source>Polygon</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/outline.py" />
            <source>Click corner after corner and double-click to fill; Escape starts over</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/paint.py" />
            <source>Paint</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/paint.py" />
            <source>Paint the chosen structure with a round brush</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/pan.py" />
            <source>Move</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/pan.py" />
            <source>Drag to move the picture; hold Space to move it while another tool is chosen</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/point.py" />
            <source>Point</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/point.py" />
            <source>Click on what is missing or too much: what is connected to it follows; drag to point along a line</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/radius.py" />
            <source>Smaller brush</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/radius.py" />
            <source>Make the brush smaller</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/radius.py" />
            <source>Larger brush</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/radius.py" />
            <source>Make the brush larger</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/radius.py" />
            <source>3D brush</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/radius.py" />
            <source>Paint and erase on the neighbouring slices too, as far as the radius reaches</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Find next</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Go to the next tumour or gland, to the slice where it is largest</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Show or hide the mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Outline</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Show the mask as an outline or filled</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Changes</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Show what was added (blue) and taken away (orange-red) since the proposal</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Unsure</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Show where the model was unsure of its proposal (pink)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Hide while held</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Hold this key to see the picture without the mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Fainter mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Make the mask fainter</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Stronger mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/show.py" />
            <source>Make the mask stronger</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/similar.py" />
            <source>Similar</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/similar.py" />
            <source>Click on tissue: what looks like it and is connected to it is drawn, as far as the brush reaches</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/similar.py" />
            <source>Draw only on signals like those under the mouse, or where the next stroke begins</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/structure.py" />
            <source>Paint the parotid gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/structure.py" />
            <source>Paint the tumour; painted over the gland, it takes its place</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/tool.py" />
            <source>{tip} ({keys})</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Fill between</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Fill the slices between those you drew, in the plane in view</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Smooth</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Smooth the surface of the chosen structure</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Remove islands</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Take away small separate pieces of the chosen structure</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Tumour inside gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Take away the tumour that lies outside the gland and its hollows</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Swap gland and tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Make gland of tumour and tumour of gland: of the piece under the mouse, or of all</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Copy to next slice</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Go to the next slice and copy the chosen structure to it, over what was drawn</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Copy to previous slice</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Go to the previous slice and copy the chosen structure to it, over what was drawn</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Grow</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Grow the chosen structure by this distance on all sides</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Shrink</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/tools/whole.py" />
            <source>Shrink the chosen structure by this distance on all sides</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/version_history.py" />
            <source>No new version</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/version_history.py" />
            <source>a reader</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/version_history.py" />
            <source>Chosen again by {who}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/version_history.py" />
            <source>Chosen by {who}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/version_history.py" />
            <source>In use again, by {who}. {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/version_history.py" />
            <source>Put into use by {who}. {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/version_history.py" />
            <source>In use again. {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/version_history.py" />
            <source>Put into use. {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>The sequences side by side</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>One sequence in three planes, and the mask in 3D</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>One large picture (or double click on a picture)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>Window set from the image (double right click on a picture: this picture only)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>Brighter: differences between muscle and gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>Darker: differences within bright tissue, such as fat or fluid</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>From the lowest to the highest signal</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>Mark the same place in all pictures ({key}). Shift + click, or a click with Move, goes there</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>Window ▾</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>Choose black and white from the image</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>Fit</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>Show the whole slice (F2)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/bar.py" />
            <source>Wheel: slice · Ctrl + wheel: zoom · right drag: window · middle drag: pan</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/body.py" />
            <source>Nothing drawn</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/canvas.py" />
            <source>Reading {title} …</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/canvas.py" />
            <source>This sequence does not reach this slice</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/choice.py" />
            <source>Show another sequence in this picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/hanging.py" />
            <source>Side by side</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/hanging.py" />
            <source>Three planes</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/hanging.py" />
            <source>One picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/linked.py" />
            <source>mask drawn on</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/linked.py" />
            <source>Choose a study in the worklist, or drag a folder with DICOM or NIfTI files here.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/linked.py" />
            <source>Empty: not in this study: {sequences}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/linked.py" />
            <source>Empty: it could not be shown</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/orientation.py" />
            <source>Axial</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/orientation.py" />
            <source>Coronal</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/orientation.py" />
            <source>Sagittal</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/orientation.py" />
            <source>Show axial slices</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/orientation.py" />
            <source>Show coronal slices</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/orientation.py" />
            <source>Show sagittal slices</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/placed.py" />
            <source>Slice (mouse wheel, Up and Down)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/windowing.py" />
            <source>Auto</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/windowing.py" />
            <source>Soft tissue</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/windowing.py" />
            <source>Bright tissue</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/views/windowing.py" />
            <source>Full range</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/volume_count.py" />
            <source>counting volumes</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/widget.py" />
            <source>opening the workspace</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/widget.py" />
            <location filename="../../app/parotid_app/running.py" />
            <source>Other workspace…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/widget.py" />
            <source>Choose another folder for your work</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/widget.py" />
            <source>Folder for your work</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/widget.py" />
            <location filename="../../app/parotid_app/actions.py" />
            <source>Patient's right on the right</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/widget.py" />
            <source>As seen from the head; otherwise as seen from the feet, as radiologists do</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/widget.py" />
            <location filename="../../app/parotid_app/tour.py" />
            <source>Open a study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/widget.py" />
            <location filename="../../app/parotid_app/asking.py" />
            <source>Start from a mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/widget.py" />
            <location filename="../../app/parotid_app/asking.py" />
            <source>Folder for the report of all studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/work.py" />
            <source>Your work is just being saved.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/work.py" />
            <source>Other work is under way.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/workbench.py" />
            <source>Press Propose.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/workbench.py" />
            <source>Propose a mask, or paint one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/writer.py" />
            <source>This layer does not know where it lies in the patient.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/writer.py" />
            <source>Save a mask that was drawn on an opened study.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/writer.py" />
            <source>This layer is no mask of gland and tumour on the study's voxels.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../napari_parotid/writer.py" />
            <source>Save the layer named Mask.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>&amp;File</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Add NIfTI file…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Export mask…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Close study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Choose workspace…</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Quit</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>&amp;Study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Propose the worklist ahead</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Window: auto</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Window: soft tissue</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Window: bright tissue</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Window: full range</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Dark colours</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Light colours</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>&amp;Correct</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>&amp;View</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Next arrangement</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Crosshair</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Fit to view</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Worklist and learning</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Larger text</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Smaller text</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Usual text size</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>&amp;Help</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>Mouse and keys</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>Look around</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Open the demo</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>Leave the demo</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/actions.py" />
            <source>About</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/asking.py" />
            <source>Folder of the study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/asking.py" />
            <source>Open a NIfTI file as a study</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/asking.py" />
            <source>Export mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/asking.py" />
            <source>The mask was written to {name}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/asking.py" />
            <source>writing the mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/asking.py" />
            <location filename="../../app/parotid_app/running.py" />
            <source>Choose the folder of your workspace</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/asking.py" />
            <source>making the synthetic studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/asking.py" />
            <source>Your work of {when} on {study} is not finished.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/asking.py" />
            <source>Choose the study in the worklist to go on.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>About napari-parotid</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>Proposes, corrects and learns masks of the parotid gland and its tumours on head-and-neck MRI.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>The shipped model never saw a patient's MR: it learned from CT painted as MR and from synthetic heads. Its proposals need a person's eye and hand.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>Everything stays on this computer: the app opens no network connection.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>Workspace: {workspace}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>BSD 3-Clause licence. Built on napari, Qt, PyTorch, SimpleITK, pydicom and nibabel.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>Shapes of the synthetic heads: DeepMind's organ maps (Nikolov et al.), CC BY 4.0, changed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>Not now</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>Close without saving?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>{remedy} If you close now, your latest corrections are lost.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>Close without saving</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/dialogs.py" />
            <source>Stay</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Wheel, Up, Down</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Next or previous slice</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Ctrl + wheel</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Zoom at the mouse</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Middle drag</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Move the picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Right drag</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Window: to the right wider, downwards brighter</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Double right click</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Automatic window for this picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Double click</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>This picture alone, and back (with the Move tool)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Shift + click</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>This place in all pictures; so does a click with the Move tool</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Click on a name</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Another sequence in this picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Sequences side by side, three planes with the mask in 3D, or one picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Mark the place in all pictures</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>What the left button does</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>What is drawn</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>The whole structure</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>What is shown</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Undo and finish</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>On a picture</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/key_list.py" />
            <source>Menus</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/notices.py" />
            <source>working on your last step</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/settings.py" />
            <source>The settings of this program could not be read; the usual ones are used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/settings.py" />
            <source>Nothing of your work is touched by this.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/settings.py" />
            <source>The settings were written by a later version of this program; the usual ones are used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/settings.py" />
            <source>Update this program to have yours back.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/splash.py" />
            <source>Version {version} is starting …</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/status.py" />
            <source>Stop this work in the background</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/status.py" />
            <source>Model in use: {title}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>Your studies are listed here. Click one: its sequences open side by side, with the mask the model proposes. A folder dragged onto the window is added.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>Correct the mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>Paint and Erase work with the left mouse button. Or choose Point and click on what is missing or too much. Ctrl+Z takes everything back, step by step.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>Accept it</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>When the mask is right, press Accept. If something looks odd you are asked first. Then go on with the next study.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>The model learns</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>After some accepted studies the model learns from them by itself, here. A new version is used only if it is no worse, and you can go back to an earlier one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>New here?</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>Look around with made-up studies of no patient: it takes a minute, and touches nothing of your own work.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>Skip</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>Back</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>Next</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>{number} of {all}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../app/parotid_app/tour.py" />
            <source>Done</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/acceptance.py" />
            <source>no tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/acceptance.py" />
            <source>right gland absent</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/acceptance.py" />
            <source>left gland absent</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/acceptance.py" />
            <source>gland absent</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/acceptance.py" />
            <source>not readable</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/acceptance.py" />
            <source>only the corrected slices</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/acceptance.py" />
            <source>some slices</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/acceptance.py" />
            <source>{some} of {total} slices</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/engine.py" />
            <source>Loading the model</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/engine.py" />
            <location filename="../../training/parotid_training/model/predict.py" />
            <source>Preparing the sequences</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/engine.py" />
            <source>Getting ready for clicks</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/export.py" />
            <source>Writing the mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/casefolder.py" />
            <source>The mask does not fit the sequence it was drawn on.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/casefolder.py" />
            <source>Open the study again and correct anew.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/casefolder.py" />
            <source>This study was accepted by a later version of the program.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/casefolder.py" />
            <location filename="../../training/parotid_training/workspace/schema.py" />
            <source>Update the program.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/casefolder.py" />
            <source>The files of an accepted study are incomplete or damaged.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/casefolder.py" />
            <location filename="../../training/parotid_training/learn/training_case.py" />
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>Accept the study again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>This series has no volume to read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>Choose another series.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>Reading images</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>The pixels of an image cannot be decoded (a changed or damaged file, or an unknown compression).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>Copy the series again, or export it uncompressed.</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>{n} files</source>
            <extracomment>For one: 1 file</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>series {number}, {files}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>, stack {number}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>Its slices come from different echoes or kinds of image, each incomplete.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>Send the whole series again from the scanner's console or the PACS.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>Its slices do not share one coordinate system (the patient was repositioned).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>Ask the scanner's console or the PACS for each position as a series of its own.</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>It has only {n} slices; a study's sequence needs at least {least}.</source>
            <extracomment>For one: It has only 1 slice; a study's sequence needs at least {least}.</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Open the whole series instead.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>It is not an MR series ({modality}).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>modality not said</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/dicom.py" />
            <source>Open the MR series of the examination.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>You have no permission to read this folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <location filename="../../training/parotid_training/io/headers.py" />
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Ask for permission to read it, or copy the series elsewhere.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>The file is empty.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>Copy it again from the archive.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>Looking for files</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>The folder is empty.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>Choose the folder that holds the DICOM or NIfTI files.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>Reading headers, {number} of {all}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>Headers read</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>The folder holds no DICOM or NIfTI images.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>Choose the folder that holds the examination.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>There is no such file or folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <location filename="../../training/parotid_training/workspace/screenings.py" />
            <source>Choose another one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>The folder cannot be read from the disk.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>series {number}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/find.py" />
            <source>in {folder}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/frames.py" />
            <source>It announces {count} frames but describes {found}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/frames.py" />
            <source>Send the series again from the scanner's console or the PACS.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/frames.py" />
            <source>It holds several frames without saying where each lies.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/frames.py" />
            <source>Ask the scanner's console or the PACS for it as single slices or as enhanced MR.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/frames.py" />
            <source>Its images do not say where they lie in the patient.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/frames.py" />
            <source>Ask the scanner's console or the PACS for the original axial series, not a screen capture.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/frames.py" />
            <source>Its images do not say how large a pixel is.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/frames.py" />
            <source>Its images' position in the patient makes no sense.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Ask the scanner's console or the PACS for the original axial series.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Its slices point in different directions (several planes in one series).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Ask the PACS for the original axial series, or convert it with dcm2niix, which parts the planes.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Its slices differ in their number of pixels.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Ask the scanner's console or the PACS for each size as a series of its own.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Its slices differ in pixel size.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Ask the scanner's console or the PACS for each pixel size as a series of its own.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>All its {count} images lie at the same place: it is not a volume.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Open the series that covers the neck slice by slice.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>It holds {times} images at every position (over time, of several directions, or sent twice), not one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Ask the scanner's console for the time point or direction you want as a series of its own.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>{again} of its {count} slices lie where another slice already is.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Remove the repeated slices, or send the series again from the PACS.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Its slices are shifted sideways from one to the next (a gantry tilted by {degrees:.0f} degrees).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Ask the scanner's console or the PACS for the original axial series, or convert it with dcm2niix.</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>{n} of its slices are missing: there is a gap in the stack.</source>
            <extracomment>For one: 1 of its slices is missing: there is a gap in the stack.</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Copy the whole series again, or send it again from the scanner's console or the PACS.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/geometry.py" />
            <source>Its slices are unevenly spaced ({least:.2f} to {most:.2f} mm).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>You have no permission to read this file.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>The file cannot be read from the disk.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>The file breaks off within its header, or is damaged.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>A file is cut off in its pixels.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>Copy the series again from the archive.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>It holds the scanner's raw data, not images.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>Open the reconstructed series of the same sequence.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>It holds no images ({what}).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>Open the image series it belongs to.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>A file breaks off within its header.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>It holds colour pictures, not measured signal.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>Open the original series it was made from.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>Each of its images is a mosaic of many slices.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>Export it as single slices or as an enhanced object, or convert it to NIfTI.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>It holds a segmentation, not images.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/headers.py" />
            <source>Convert it to NIfTI to open it as a mask.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file is cut off in its voxels.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Copy or convert it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>It has fewer than {least} slices.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Its name says that it is a mask, not an image.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Open it with Start from a mask…, or rename it if it is an image.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The mask holds values other than 0 (background), 1 (gland) and 2 (tumour).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Save it again with these values only.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The mask was drawn on a sequence that does not share the coordinates of the one at Mask drawn on.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Choose that sequence at Mask drawn on, then open the mask.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The mask ({size} voxels) lies on no sequence of this study.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Choose the mask of this study, or resample it onto one of its sequences first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file could not be written ({why}).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>disk error</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Check that the folder can be written to and that the disk is not full.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file is no longer there.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Choose it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file is no readable NIfTI image, or it is cut off.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The image's voxels are cut off or damaged.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Copy or convert the file again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file is a colour picture, not a measured image.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Open the original series.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file holds complex values (raw data), not an image.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Open the magnitude image.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file's header is damaged (an image without voxels).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Convert the original series again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file holds {count} volumes (a 4D series), not one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Split it and open the volume you want.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file holds a single flat picture, not a volume.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The position of the image in the patient makes no sense.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file does not say where the image lies in the patient.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Convert the original series again with its geometry (for instance with dcm2niix).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>The file gives two different positions of the image in the patient.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/nifti.py" />
            <source>Convert the original series again, so that both agree.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>The sequence the mask is drawn on is no longer in the folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>Open the folder as a new study.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>Study read</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>{name} was left out. {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>The folder holds series of {count} patients.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>Open the folder of one patient at a time.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>The folder now holds {now} sequences, not {before} as when it was opened first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>Put the files back as they were, or open the folder again to read it as it is now.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>Reading sequence {number} of {all}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>{name} cannot be part of a study. {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>Choose a folder with complete MR series.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>None of its {count} series can be opened. {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>{name}: {why}</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>{name} and {n} more</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>The sequences do not share one coordinate system, so they may not lie on one another; align them with the arrows in the panel Study.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>The sequences come from more than one examination; check that they belong together.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>Some sequences name no patient; check that all sequences are of one patient.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>The folder mixes DICOM and NIfTI; check that all sequences are of one patient.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>Beside these sequences lies a file that cannot be read: a slice may be missing at one end.</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../training/parotid_training/io/opening.py" />
            <source>{n} sequences show no part of what the sequence with the mask shows; check that they belong to this study.</source>
            <extracomment>For one: 1 sequence shows no part of what the sequence with the mask shows; check that it belongs to this study.</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/register.py" />
            <source>Preparing the registration</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/register.py" />
            <source>Aligning the two sequences</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/register.py" />
            <source>No alignment of the two sequences was found.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/register.py" />
            <source>Check that both show the same part of the same head.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/register.py" />
            <source>No place was found where the two sequences agree better than where their headers put them.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/register.py" />
            <source>If they lie on each other already, leave it so; otherwise check that both are of the same patient.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/register.py" />
            <source>Aligned</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/register.py" />
            <source>The alignment found would move the head by {mm:.0f} mm and turn it by {degrees:.0f}°, more than a head moves between two sequences.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/register.py" />
            <source>Check that both are of the same patient and show the same part of the head. Nothing was moved.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/studies.py" />
            <source>One folder holds images of several studies, and they cannot be told apart.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/io/studies.py" />
            <source>Put each study into a folder of its own.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/labels.py" />
            <source>Background</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/labels.py" />
            <source>Parotid gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/labels.py" />
            <source>Parotid tumour</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/adapt.py" />
            <source>Learning (the computer is short of memory, so smaller pictures are used)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/adapt.py" />
            <source>Learning (the computer is short of memory, so fewer pictures are used at a time)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/adapt.py" />
            <source>Learning (the graphics card is short of memory, so smaller pictures are used)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/adapt.py" />
            <source>Learning (the graphics card is short of memory, so fewer pictures are used at a time)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/adapt.py" />
            <source>Learning (the graphics card has no memory left, so the processor is used)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/adapt.py" />
            <source>There is not enough memory to learn.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/adapt.py" />
            <source>Close other programs and start learning again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/finetune.py" />
            <source>There are no accepted studies to learn from yet.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/finetune.py" />
            <source>Accept studies of at least two patients first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/finetune.py" />
            <source>Going on where the learning stopped</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/finetune.py" />
            <source>Comparing with the model in use</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/gate.py" />
            <source>neither version finds anything in the held-out studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/gate.py" />
            <source>no held-out study could be compared</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/gate.py" />
            <source>the {name} was in no built-in study and was not judged there</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/gate.py" />
            <source>the {name} was in no held-out study and was not judged there</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/gate.py" />
            <source>the two versions were not scored on the same studies</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/gate.py" />
            <source>a score is missing or is not a number</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/gather.py" />
            <source>Reading the accepted studies and the practice set</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/job.py" />
            <source>The round of learning cannot be read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/job.py" />
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <location filename="../../training/parotid_training/workspace/worker.py" />
            <source>Start learning again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/job.py" />
            <source>An earlier version of the program made this version and did not note all that it depends on, so it cannot be made again exactly.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/job.py" />
            <location filename="../../training/parotid_training/model/checkpoint.py" />
            <location filename="../../training/parotid_training/model/identity.py" />
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>Choose another version.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/job.py" />
            <source>This version has no record to make it again from.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/job.py" />
            <source>Learning replayed other synthetic heads when this version was made, so it cannot be made again exactly.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/job.py" />
            <source>This version learned on pictures of another size (memory ran short, or an earlier version of the program made it), so it cannot be made again exactly.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/job.py" />
            <source>This version was made with a graphics card, or without one, and here it is the other way round.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/job.py" />
            <source>Make it again on the computer it was made on.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/job.py" />
            <source>A study this version learned from is gone or was changed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/optimise.py" />
            <source>Learning stopped: the signals of one of the accepted studies cannot be computed with.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/optimise.py" />
            <source>Look at the studies accepted last, accept one with faulty images again as Not readable, then start learning again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/run.py" />
            <source>This folder holds a training run with other settings.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/run.py" />
            <source>Choose a new --out folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/screen.py" />
            <source>Nothing is drawn, but the model sees a gland.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/screen.py" />
            <source>The mask looks upside down or mirrored: turned over, it would fit what the model sees.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/screen.py" />
            <source>The mask looks shifted: moved, it would fit what the model sees.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/screen.py" />
            <source>The mask lies where the model sees no gland.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/synthetic.py" />
            <source>Making synthetic heads</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/training_case.py" />
            <source>None of its slices was corrected.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>Not used: {why}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>Used from now on: {why}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>Used then, but no longer: {why}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>on {studies} the {name} score stayed at {after}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>on {studies} the {name} score fell from {before} to {after}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>on {studies} the {name} score rose from {before} to {after}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>on {studies} the {name} outline score stayed at {after}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>on {studies} the {name} outline score fell from {before} to {after}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>on {studies} the {name} outline score rose from {before} to {after}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>in {after:.0f} of {studies} without a {name} it draws one (before: in {before:.0f})</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>on {studies} neither version finds the {name}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>in {after:.0f} of {studies} with a {name} it misses it (before: in {before:.0f})</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>{before} (shipped version)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>in one of {studies} the {name} score fell from {before} to {after}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>gland</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>tumour</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>{n} built-in studies</source>
            <extracomment>For one: 1 built-in study</extracomment>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>{n} held-out studies</source>
            <extracomment>For one: 1 held-out study</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>, but so few studies cannot rule out a loss of {loss:.2f}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source> (likely change {low:+.2f} to {high:+.2f})</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source>, by no more than two readers differ</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/learn/verdict.py" />
            <source> (masks accepted as proposed counted as no more than two readers agree)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/checkpoint.py" />
            <source>The model on disk is not the one that was asked for.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/checkpoint.py" />
            <source>The model's weights do not fit its description.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/config.py" />
            <source>This model was made by another version of the program.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/config.py" />
            <source>Update the program, or use another model.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/identity.py" />
            <source>This folder does not hold a readable model.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/identity.py" />
            <source>The model's weights are missing.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/identity.py" />
            <source>The model's files are damaged (their checksum is wrong).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/predict.py" />
            <source>Drawing the mask</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/predict.py" />
            <source>Looking for the glands</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/preprocess.py" />
            <source>None of the sequences can be used for a proposal: it needs a T1, T2, STIR or contrast T1.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/preprocess.py" />
            <source>Set the role of each sequence in the study panel.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/refiner.py" />
            <source>The part of the program that answers clicks is damaged.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/model/refiner.py" />
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>Install the program again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/reopening.py" />
            <source>The images of this study are no longer where they were.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/reopening.py" />
            <source>Put the folder back (or plug the disk in), or add the study again from its new place.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/reopening.py" />
            <source>The folder of this study now holds the images of another patient.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/reopening.py" />
            <source>Put the right images back; to read the new ones, add the folder again as a study of its own.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/reopening.py" />
            <source>The folder of this study now holds other images than it was listed with.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/reopening.py" />
            <source>Put the right images back. To read the new ones, add the folder again: they become a study of their own.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/report/study_report.py" />
            <source>Measuring study {number} of {all}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/report/study_report.py" />
            <source>Open it and accept it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/report/study_report.py" />
            <source>{title}: its accepted files are damaged.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/report/study_report.py" />
            <source>All studies were measured</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/study.py" />
            <source>other</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/volume.py" />
            <source>The position of the image in the patient cannot be read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/volume.py" />
            <source>Export the series again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/volume.py" />
            <source>The image's axes do not span a volume (a voxel size of zero or two equal directions).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/volume.py" />
            <source>The image is sheared (its axes are not at right angles, as with a tilted gantry).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/volume.py" />
            <source>Ask the scanner's console or the PACS for the original axial series, and convert that one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>It is not said which slices are right.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>Correct a slice, then accept.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>The study could not be accepted</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>Only an accepted study can be approved.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>Accept it first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>This study was approved by {who} already.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>Type your name, then approve.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>{who} accepted this study, and a second person is to approve it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>Have a colleague look at it, and type the colleague's name as the reader.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>The description of an accepted study was changed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/cases.py" />
            <source>This accepted mask is not in the workspace.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>This workspace was written by an earlier version.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>Open it in the program once.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>The workspace cannot be kept safely in this folder (it seems to be on a network drive).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>Choose a folder on a local disk.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>Another window has this workspace open; here it can only be looked at.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>Close it there first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>The workspace's records cannot be read ({why}).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>Connect the workspace's drive again, or check its disk.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>Free space on the disk and try again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>The workspace's records cannot be written ({why}).</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>The workspace's records cannot be opened: the disk is full, or does not let them be read or written.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>Free space on the disk, or connect its drive again, then open the workspace again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>The workspace's records are in use by another program, such as a backup.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>The workspace's records cannot be read.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/database.py" />
            <source>Check that the folder is a workspace, or restore it from a backup.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/demo.py" />
            <source>Making synthetic study {number} of {count}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/demo.py" />
            <source>Demo study {number}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/demo.py" />
            <source>Synthetic studies are ready</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/disk.py" />
            <source>Free space on the disk or check it.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/disk.py" />
            <source>Choose another place, or ask for the right to write there.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/disk.py" />
            <source>the disk failed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/disk.py" />
            <source>{what}: {why}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/ending.py" />
            <source>Cancelled; the model in use stays.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/ending.py" />
            <source>Learning stopped before it was finished; the model in use stays. Start it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/ending.py" />
            <source>A round of learning that stopped cannot be ended</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/folder.py" />
            <source>There is no workspace in this folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/folder.py" />
            <source>Choose another folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/folder.py" />
            <source>This workspace is open elsewhere.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/folder.py" />
            <source>Close the other window or command, or choose another folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/folder.py" />
            <source>The workspace holds accepted studies, but its records (workspace.sqlite) are missing.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/folder.py" />
            <source>Restore workspace.sqlite from a backup, or choose an empty folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/folder.py" />
            <source>The workspace's secret file is missing, so patients can no longer be told apart safely.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/folder.py" />
            <source>Restore the file named secret from a backup.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/jobs.py" />
            <source>Learning got stuck and was stopped; the model in use stays. Start it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/jobs.py" />
            <source>Learning could not be paused</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/jobs.py" />
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>Learning could not be started</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../training/parotid_training/workspace/jobs.py" />
            <source>The workspace held {n} accepted studies or versions that its records do not name. They were moved to its folder leftover. If the records came from a backup, accept those studies again; their masks are there.</source>
            <extracomment>For one: The workspace held an accepted study or a version that its records do not name. It was moved to its folder leftover. If the records came from a backup, accept that study again; its mask is there.</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/journal.py" />
            <source>The corrections cannot be saved: {why}.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/journal.py" />
            <source>The corrections of this study can only be looked at.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/journal.py" />
            <source>Close the other window first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/journal.py" />
            <source>The corrections of this study were not begun.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/journal.py" />
            <source>Open the study again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/journal.py" />
            <source>The corrections of this study were made with a later version of this program.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/journal.py" />
            <source>Open the study with that version.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>Not used: another version came into use while this one was learning. Start learning again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>The new version is incomplete or damaged; the model in use stays.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>The new version could not be read</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>The new version is not the one that was scored.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>The new version was compared with the wrong one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>The new version was judged by other studies than were held out.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>Not used: it is the same as the version in use.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>A version that was refused is not used without a reason.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>Say why it is to be used.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>There is no refused version of this round of learning to use.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>The refused version's files are damaged.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>Used against the comparison: {why}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/judge.py" />
            <source>The new version's files are damaged.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/left_out.py" />
            <source>Nothing was learned yet: there is a question about an accepted study. Answer it, then start learning again.</source>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../training/parotid_training/workspace/left_out.py" />
            <source>{studies} were left out: their accepted files are damaged. Open them and accept them again.</source>
            <extracomment>For one: {studies} was left out: its accepted files are damaged. Open it and accept it again.</extracomment>
            <translation type="unfinished" />
        </message>
        <message numerus="yes">
            <location filename="../../training/parotid_training/workspace/left_out.py" />
            <source>{studies} were left out: none of their sequences is a T1, T2, STIR or contrast T1. Open them, set the roles and accept them again.</source>
            <extracomment>For one: {studies} was left out: none of its sequences is a T1, T2, STIR or contrast T1. Open it, set the roles and accept it again.</extracomment>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>This model version is not in the workspace.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>Choose one from the list.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>No model is in use in this workspace.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>Import one first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>The shipped model is not in this workspace.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>The files of this version were removed to save space.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>Choose another version, or import it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>The model's files are damaged.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>The model could not be taken over</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>The model changed while it was copied.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>Try again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>An old version could not be removed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>There is no earlier model version to go back to.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>Choose a version in the list.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>The version in use has just changed.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/models.py" />
            <source>Look at the list, then choose again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/parcel.py" />
            <source>These weights learned from your patients' images, and weights can remember parts of what they learned from. Give the file only to those who may see the images.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/parcel.py" />
            <source>The version could not be exported</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/parcel.py" />
            <source>The version could not be imported</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/parcel.py" />
            <source>This file is no model version, or it was changed on the way.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/parcel.py" />
            <source>Ask for it to be exported again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>The request could not be left</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>This round of learning was started already.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>Ask for a new one.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>Learning needs an accepted study to judge by: one with a gland, in which every slice is right.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>Accept such a study of another patient first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>Learning needs accepted studies of at least two patients: one to learn from, one to judge by.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>Accept a study of another patient first.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>This round of learning is not in the workspace.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/queue.py" />
            <source>The files of this round of learning are damaged.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/records.py" />
            <source>new</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/records.py" />
            <source>proposed</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/records.py" />
            <source>in correction</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/records.py" />
            <source>accepted</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/records.py" />
            <source>approved</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/records.py" />
            <source>Version {number} (shipped)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/records.py" />
            <source>Version {number} (imported)</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/records.py" />
            <source>Shipped with the program.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/schema.py" />
            <source>This workspace was written by a later version of the program.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/screenings.py" />
            <source>Nothing was asked about this study.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/store.py" />
            <source>The workspace cannot be opened</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/tail.py" />
            <source>something went wrong ({kind})</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/tail.py" />
            <source>the file with them was cut short</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worker.py" />
            <source>The round of learning was begun by another version of the program.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worker.py" />
            <source>The learning ended without a new version.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worker.py" />
            <source>Start it again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worker.py" />
            <source>The computer ran out of memory while learning. Close other programs and start again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worker.py" />
            <source>The disk failed or is full while learning. Free space and start again.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worker.py" />
            <source>Learning stopped because of an error in the program. The details are in log.txt, in the newest folder of runs in the workspace.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worklist.py" />
            <source>The name of a folder holds letters that cannot be kept.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worklist.py" />
            <source>Give the folder a name of plain letters.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worklist.py" />
            <source>Study {number}</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worklist.py" />
            <source>This study is not in the workspace.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worklist.py" />
            <source>Open it again from its folder.</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worklist.py" />
            <source>The proposal could not be kept</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worklist.py" />
            <source>The proposal could not be dropped</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worklist.py" />
            <source>The small picture could not be kept</source>
            <translation type="unfinished" />
        </message>
        <message>
            <location filename="../../training/parotid_training/workspace/worklist.py" />
            <source>The corrections cannot be kept</source>
            <translation type="unfinished" />
        </message>
    </context>
</TS>
