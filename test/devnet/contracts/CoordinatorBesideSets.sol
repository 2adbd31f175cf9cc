// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the RegistryCoordinator of the slashing middleware: a SlashingRegistryCoordinator that an AVS of M2 was
// upgraded to. Some of its quorums are M2 quorums, entered and left by calls of the operator's own; the others are
// operator sets. Chosen in the constructor: which ones, whether M2 registration has ended, and whether it has the getters
// isM2Quorum and m2QuorumBitmap at all.
//
// Enforced: pause, then the end of registration, then that all quorums named are M2 quorums; the AVSDirectory only on the
// way from not registered to registered; leaving the last M2 quorum leaves the AVSDirectory, which refuses whoever is not
// in it.
//
// Left out: registerOperatorWithChurn, which has the same two checks; enabling operator sets, which are on; ejection from
// M2 quorums. An M2 quorum has an operator set of its number here too, so that both ways into it can be tried.

import {ISlashingBLSApkRegistry} from "./CoreInterfaces.sol";
import {IServiceManager} from "./Interfaces.sol";
import {SlashingRegistryCoordinator} from "./SlashingRegistryCoordinator.sol";
import {QuorumBitmap} from "./QuorumBitmap.sol";
import {OperatorStatus, PubkeyRegistrationParams, SignatureWithSaltAndExpiry} from "./Types.sol";

contract CoordinatorBesideSets is SlashingRegistryCoordinator {
    struct Beside {
        IServiceManager serviceManager;
        uint256 m2QuorumBitmap;
        bool registrationEnded;
        bool hasIsM2Quorum;
        bool hasBitmap;
    }

    error OnlyM2QuorumsAllowed();
    error M2QuorumRegistrationIsDisabled();

    IServiceManager public immutable serviceManager;
    bool public immutable isM2QuorumRegistrationDisabled;
    bool public constant operatorSetsEnabled = true;
    uint256 private immutable _m2QuorumBitmap;
    bool private immutable _hasIsM2Quorum;
    bool private immutable _hasBitmap;

    constructor(Setup memory setup, Beside memory beside) SlashingRegistryCoordinator(setup) {
        serviceManager = beside.serviceManager;
        isM2QuorumRegistrationDisabled = beside.registrationEnded;
        _m2QuorumBitmap = beside.m2QuorumBitmap;
        _hasIsM2Quorum = beside.hasIsM2Quorum;
        _hasBitmap = beside.hasBitmap;
    }

    function registerOperator(
        bytes calldata quorumNumbers,
        string calldata socket,
        PubkeyRegistrationParams calldata params,
        SignatureWithSaltAndExpiry memory operatorSignature
    ) external onlyWhenNotPaused(0) {
        if (isM2QuorumRegistrationDisabled) revert M2QuorumRegistrationIsDisabled();
        _requireM2(quorumNumbers);
        bool wasRegistered = _operatorInfo[msg.sender].status == OperatorStatus.REGISTERED;
        bytes32 operatorId = ISlashingBLSApkRegistry(blsApkRegistry).getOrRegisterOperatorId(
            msg.sender, params, pubkeyRegistrationMessageHash(msg.sender)
        );
        _registerNormally(msg.sender, operatorId, quorumNumbers, socket);
        if (!wasRegistered) serviceManager.registerOperatorToAVS(msg.sender, operatorSignature);
    }

    function deregisterOperator(bytes calldata quorumNumbers) external onlyWhenNotPaused(1) {
        _requireM2(quorumNumbers);
        _deregister(msg.sender, quorumNumbers);
        uint192 left = getCurrentQuorumBitmap[_operatorInfo[msg.sender].operatorId];
        if (left & _m2QuorumBitmap == 0) serviceManager.deregisterOperatorFromAVS(msg.sender);
    }

    function isM2Quorum(uint8 quorumNumber) external view returns (bool) {
        if (!_hasIsM2Quorum) revert();
        return (_m2QuorumBitmap >> quorumNumber) & 1 == 1;
    }

    function m2QuorumBitmap() external view returns (uint256) {
        if (!_hasBitmap) revert();
        return _m2QuorumBitmap;
    }

    function _requireM2(bytes calldata quorumNumbers) private view {
        if (QuorumBitmap.parseByError(quorumNumbers, 192) & ~_m2QuorumBitmap != 0) revert OnlyM2QuorumsAllowed();
    }
}
